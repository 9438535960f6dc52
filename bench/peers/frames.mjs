import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Reads the folder's JPEGs into memory. */
export function readFrames(folder) {
	return readdirSync(folder)
		.filter((name) => name.endsWith(".jpg"))
		.sort()
		.map((name) => readFileSync(join(folder, name)));
}
