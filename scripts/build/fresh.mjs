import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { output, root } from "../support/root.mjs";
import { alone } from "./alone.mjs";

/**
 * A file or a folder.
 *
 * @typedef {object} Input
 * @property {string} path
 * @property {readonly string[]} [extensions] In a folder, the endings of the file names that count. Default: all.
 */

/**
 * Runs a step, and no other command's at the same time, unless its outputs exist and its inputs have not changed since it last succeeded. It compares names,
 * sizes and times, so that a checkout of something older counts as a change, and so does a deleted file. Inputs are relative to the project's folder, and outputs to that of everything built. `setting` is an input outside of files.
 *
 * @param {{ readonly name: string, readonly inputs: readonly Input[], readonly outputs: readonly string[],
 *   readonly setting?: string }} step
 * @param {() => Promise<void>} run
 */
export async function unlessFresh({ name, inputs, outputs, setting = "" }, run) {
	const stamp = join(output, "fresh", name);
	const current = () => fingerprint(inputs) + setting;
	/** @param {string} now */
	const isFresh = (now) => outputs.every((path) => existsSync(join(output, path))) && readIfThere(stamp) === now;
	if (isFresh(current())) return;
	await alone(async () => {
		// Taken before the step runs: if a file is saved during the step, the next start runs it again.
		const now = current();
		// Another command may have run it meanwhile.
		if (isFresh(now)) return;
		await run();
		mkdirSync(dirname(stamp), { recursive: true });
		writeFileSync(stamp, now);
	});
}

/**
 * Returns a fingerprint of files and folders. In a folder, only the files that `extensions` selects count.
 *
 * @param {readonly Input[]} inputs
 */
function fingerprint(inputs) {
	const hash = createHash("sha256");
	for (const { path, extensions } of inputs)
		for (const file of filesOf(path, extensions)) {
			const { size, mtimeMs } = statSync(resolve(root, file));
			hash.update(`${file}\0${size}\0${mtimeMs}\n`);
		}
	return hash.digest("hex");
}

/**
 * @param {string} path
 * @param {readonly string[]} [extensions]
 * @returns {string[]}
 */
function filesOf(path, extensions = [""]) {
	const status = statSync(resolve(root, path), { throwIfNoEntry: false });
	if (status === undefined) return [];
	if (!status.isDirectory()) return [path];
	return readdirSync(resolve(root, path), { encoding: "utf8", recursive: true })
		.filter((name) => extensions.some((extension) => name.endsWith(extension)))
		.sort()
		.map((name) => join(path, name));
}

/** @param {string} file */
function readIfThere(file) {
	try {
		return readFileSync(file, "utf8");
	} catch {
		return undefined;
	}
}
