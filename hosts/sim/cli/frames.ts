import { readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { listFrames, readFrame } from "../sensor/frame-folder.ts";
import { CommandError } from "#scripts/support/command-error.mjs";

export interface Frames {
	readonly folder: string;
	/** Bytes of the largest file: the frame buffers must hold it completely. */
	readonly largest: number;
}

/** Checks every file before anything starts: a picture that fails minutes later, in its turn, helps nobody. */
export async function checkFrames(folder: string): Promise<Frames> {
	const path = absolute(folder);
	return check("--frames", path, async () => {
		const files = await listFrames(path);
		if (files.length === 0) throw new CommandError(`--frames: ${path} holds no .jpg or .jpeg file`);
		let largest = 0;
		for (const file of files) largest = Math.max(largest, (await readFrame(file)).jpeg.byteLength);
		return { folder: path, largest };
	});
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
		const { code, message, path } = error as NodeJS.ErrnoException;
		throw new CommandError(
			`${option}: ${code === undefined ? message : `${path ?? folder} ${REASONS[code] ?? `cannot be read (${code})`}`}`,
		);
	}
}

const REASONS: Partial<Record<string, string>> = {
	ENOENT: "does not exist",
	ENOTDIR: "is not a folder",
	EACCES: "may not be read by this user",
};
