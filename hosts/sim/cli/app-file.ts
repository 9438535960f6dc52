import { createHash } from "node:crypto";
import { basename, join, posix, relative, resolve } from "node:path";
import { output, root } from "#scripts/support/root.mjs";

/**
 * Returns the path of a file that is kept for a program, relative to the project's folder. Two programs may have
 * folders of the same name; a hash of the path distinguishes them. A program that has a folder of its own for such
 * files needs none.
 */
export function appFile(app: string, name: string, extension: string): string {
	const alone = app === "." || resolve(root, app) === resolve(output, "..");
	const hash = (): string => createHash("sha256").update(app).digest("hex").slice(0, 8);
	return posix.normalize(
		relative(root, join(output, `${name}${alone ? "" : `-${basename(app)}-${hash()}`}.${extension}`)),
	);
}
