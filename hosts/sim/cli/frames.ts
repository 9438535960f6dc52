import { readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { listFrames, readFrame, showName } from "../sensor/frame-folder.ts";
import { CommandError } from "#scripts/support/command-error.mjs";

export interface Frames {
	readonly folder: string;
	/** Bytes of the largest file: the frame buffers must hold it completely. */
	readonly largest: number;
	/** Names of what is not a file, or begins with a dot. */
	readonly skipped: readonly string[];
}

/** Checks every file before anything starts: a picture that fails minutes later, in its turn, helps nobody. */
export async function checkFrames(folder: string): Promise<Frames> {
	const path = absolute(folder);
	return check("--frames", path, async () => {
		const { paths, skipped } = await listFrames(path);
		if (paths.length === 0) throw new CommandError(`--frames: ${path} holds no .jpg or .jpeg file`);
		let largest = 0;
		for (const file of paths) largest = Math.max(largest, (await readFrame(file)).jpeg.byteLength);
		return { folder: path, largest, skipped };
	});
}

/** Returns a line about what was skipped, with some of the names. */
export function skippedLine({ skipped }: Frames): string {
	const most = 5,
		more = skipped.length > most ? ` and ${skipped.length - most} more` : "";
	return `--frames skips what is not a file, or begins with a dot: ${skipped.slice(0, most).join(", ")}${more}`;
}

/** Returns the absolute path of an option's folder. Throws a CommandError if it does not exist. */
export async function checkFolder(option: string, folder: string): Promise<string> {
	const path = absolute(folder);
	return check(option, path, async () => {
		await readdir(path);
		return path;
	});
}

function absolute(folder: string): string {
	// npm changes to the project's folder, and stores in INIT_CWD where the command was typed.
	const base = process.env["npm_lifecycle_event"] === "start" ? process.env["INIT_CWD"] : undefined;
	return resolve(base ?? "", folder);
}

async function check<T>(option: string, folder: string, look: () => Promise<T>): Promise<T> {
	try {
		return await look();
	} catch (error) {
		if (error instanceof CommandError) throw error;
		const { code, message } = error as NodeJS.ErrnoException,
			{ path } = error as { path?: string | Buffer };
		if (code === undefined) throw new CommandError(`${option}: ${message}`);
		const name = typeof path === "object" ? showName(path) : (path ?? folder);
		throw new CommandError(`${option}: ${name} ${REASONS[code] ?? `cannot be read (${code})`}`);
	}
}

const REASONS: Partial<Record<string, string>> = {
	ENOENT: "does not exist",
	ENOTDIR: "is not a folder",
	EACCES: "may not be read by this user",
};
