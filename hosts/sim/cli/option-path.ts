import { readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { CommandError } from "#scripts/support/command-error.mjs";
import { showName } from "../sensor/frame-folder.ts";

/** Stands for bytes that are not UTF-8 in the arguments and variables that Node passes to a program. */
const REPLACEMENT = "\ufffd";

/**
 * Returns the absolute path that an option names. The bytes that Node has replaced are those of the one name in the
 * folder that looks the same. Throws a CommandError if several do.
 */
export async function optionPath(option: string, text: string): Promise<Buffer> {
	if (text === "") throw new CommandError(`${option} needs a path, not ""`);
	// npm changes to the project's folder, and stores in INIT_CWD where the command was typed.
	const base = process.env["npm_lifecycle_event"] === "start" ? process.env["INIT_CWD"] : undefined;
	const path = resolve(base ?? "", text);
	if (!path.includes(REPLACEMENT)) return Buffer.from(path);
	let found = Buffer.alloc(0);
	for (const name of path.split("/").slice(1)) {
		const parent = Buffer.concat([found, Buffer.from("/")]);
		found = Buffer.concat([
			parent,
			name.includes(REPLACEMENT) ? await match(option, parent, name) : Buffer.from(name),
		]);
	}
	return found;
}

/** Returns the name in a folder that a text stands for, or the text's own bytes if there is none. */
async function match(option: string, folder: Buffer, text: string): Promise<Buffer> {
	const own = Buffer.from(text),
		names = await readdir(folder, { encoding: "buffer" }).catch((): Buffer[] => []),
		matching = names.filter((name) => name.toString() === text);
	if (matching.length <= 1 || matching.some((name) => name.equals(own)))
		return matching.length === 1 ? matching[0] : own;
	throw new CommandError(
		`${option}: ${showName(folder)} has several names that Node cannot tell apart: ${matching.map(showName).join(", ")}`,
	);
}
