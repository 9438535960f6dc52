import { createHash } from "node:crypto";
import { basename, join, relative, resolve } from "node:path";
import { output, root } from "./root.mjs";

/**
 * Whether a program's folder is in the project's.
 *
 * @param {string} app The folder, relative to the project's.
 */
export function isInProject(app) {
	return !relative(root, resolve(root, app)).startsWith("..");
}

/**
 * Returns the folder of a program's compiled modules. Those of the project's own programs are beside the library's.
 *
 * @param {string} app The folder, relative to the project's.
 * @param {string} [project] Another folder in place of the project's.
 */
export function compiledProgram(app, project = root) {
	return isInProject(app) ? join(project, "build", app === "." ? "" : app) : join(programOutput(app), "compiled");
}

/**
 * Returns the folder of what is built for one program. Two programs may have folders of the same name; a hash of the
 * path distinguishes them.
 *
 * @param {string} app The folder, relative to the project's.
 */
export function programOutput(app) {
	const folder = resolve(root, app);
	return join(
		output,
		"programs",
		`${basename(folder)}-${createHash("sha256").update(folder).digest("hex").slice(0, 8)}`,
	);
}
