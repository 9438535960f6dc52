import { createHash } from "node:crypto";
import { posix } from "node:path";

/**
 * Returns the path of a file that is kept for a program, relative to the project's folder. Two programs may have
 * folders of the same name; a hash of the path distinguishes them.
 */
export function appFile(app: string, name: string, extension: string): string {
	const suffix =
		app === "." ? "" : `-${posix.basename(app)}-${createHash("sha256").update(app).digest("hex").slice(0, 8)}`;
	return `build/${name}${suffix}.${extension}`;
}
