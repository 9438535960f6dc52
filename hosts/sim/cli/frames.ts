import { readdir } from "node:fs/promises";
import { listFrames, readFrame, showName } from "../sensor/frame-folder.ts";
import { textOf } from "../sensor/path-text.ts";
import { CommandError } from "#scripts/support/command-error.mjs";
import { optionPath } from "./option-path.ts";

export interface Frames {
	/** Its absolute path, as `textOf` writes it. */
	readonly folder: string;
	/** Bytes of the largest file: the frame buffers must hold it completely. */
	readonly largest: number;
	/** Names of what is not a file, or begins with a dot. */
	readonly skipped: readonly string[];
	/** Why files are skipped that are not whole JPEGs. */
	readonly faults: readonly string[];
}

/** Most names or faults that are listed. */
const MOST = 5;

/** Checks every file before anything starts: a picture that fails minutes later, in its turn, helps nobody. */
export async function checkFrames(folder: string): Promise<Frames> {
	const path = await optionPath("--frames", folder);
	return check("--frames", path, async () => {
		const { paths, skipped } = await listFrames(path);
		if (paths.length === 0) throw new CommandError(`--frames: ${showName(path)} holds no .jpg or .jpeg file`);
		let largest = 0;
		const faults: string[] = [];
		for (const file of paths) {
			try {
				largest = Math.max(largest, (await readFrame(file)).jpeg.byteLength);
			} catch (error) {
				faults.push((error as Error).message);
			}
		}
		if (faults.length === paths.length) throw new CommandError(`--frames: ${faults[0]}`);
		return { folder: textOf(path), largest, skipped, faults };
	});
}

/** Returns lines about what is skipped, with some of the names. */
export function skippedLines({ skipped, faults }: Frames): string[] {
	const list = (of: readonly string[]): string =>
		of.slice(0, MOST).join(", ") + (of.length > MOST ? ` and ${of.length - MOST} more` : "");
	return [
		...(skipped.length > 0 ? [`--frames skips what is not a file, or begins with a dot: ${list(skipped)}`] : []),
		...(faults.length > 0 ? [`--frames skips what is not a whole JPEG: ${list(faults)}`] : []),
	];
}

/** Returns the absolute path of an option's folder, as `textOf` writes it. Throws a CommandError if it does not exist. */
export async function checkFolder(option: string, folder: string): Promise<string> {
	const path = await optionPath(option, folder);
	return check(option, path, async () => {
		await readdir(path);
		return textOf(path);
	});
}

async function check<T>(option: string, folder: Buffer, look: () => Promise<T>): Promise<T> {
	try {
		return await look();
	} catch (error) {
		if (error instanceof CommandError) throw error;
		const { code, message } = error as NodeJS.ErrnoException,
			{ path } = error as { path?: string | Buffer };
		if (code === undefined) throw new CommandError(`${option}: ${message}`);
		// As text it has lost the bytes that are not UTF-8.
		const isFolder = path === undefined || path.toString() === folder.toString(),
			name = showName(isFolder ? folder : Buffer.from(path as string));
		throw new CommandError(`${option}: ${name} ${REASONS[code] ?? `cannot be read (${code})`}`);
	}
}

const REASONS: Partial<Record<string, string>> = {
	ENOENT: "does not exist",
	ENOTDIR: "is not a folder",
	EACCES: "may not be read by this user",
};
