import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The folder's JPEGs, in memory. */
export function readFrames(folder) {
	return readdirSync(folder)
		.filter((name) => name.endsWith(".jpg"))
		.sort()
		.map((name) => readFileSync(join(folder, name)));
}
