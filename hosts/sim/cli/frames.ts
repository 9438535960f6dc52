import { resolve } from "node:path";
import { listFrames, readFrame } from "../sensor/frame-folder.ts";
import { CliError } from "./cli-error.ts";

export interface Frames {
	readonly folder: string;
	/** The size of the largest file: the frame buffers must hold it whole. */
	readonly largest: number;
}

/** Looks at every file before anything starts: a picture that fails in its turn, minutes later, helps nobody. */
export async function checkFrames(folder: string): Promise<Frames> {
	// npm changes to the project's folder and leaves in INIT_CWD where the command was typed.
	const base = process.env["npm_lifecycle_event"] === "start" ? process.env["INIT_CWD"] : undefined;
	const path = resolve(base ?? "", folder);
	try {
		const files = await listFrames(path);
		if (files.length === 0)
			throw new CliError(`--frames: ${path} holds no .jpg or .jpeg file`);
		let largest = 0;
		for (const file of files)
			largest = Math.max(largest, (await readFrame(file)).jpeg.byteLength);
		return { folder: path, largest };
	}
	catch (error) {
		if (error instanceof CliError)
			throw error;
		const { code, message, path: file } = error as NodeJS.ErrnoException;
		throw new CliError(`--frames: ${code === undefined ? message : `${file ?? path} ${reasons[code] ?? `cannot be read (${code})`}`}`);
	}
}

const reasons: Partial<Record<string, string>> = {
	ENOENT: "does not exist",
	ENOTDIR: "is not a folder",
	EACCES: "may not be read by this user",
};
