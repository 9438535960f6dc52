import { readdir } from "node:fs/promises";
import { faultOf } from "../sensor/file-fault.ts";
import { listFrames, readFrame, showName, type SkippedFile } from "../sensor/frame-folder.ts";
import { textOf } from "../sensor/path-text.ts";
import { CommandError } from "#scripts/support/command-error.mjs";
import { optionPath } from "./option-path.ts";

export interface Frames {
	/** Its absolute path, as `textOf` writes it. */
	readonly folder: string;
	/** Bytes of the largest file: the frame buffers must hold it completely. */
	readonly largest: number;
	/** The files that are not shown. */
	readonly skipped: readonly SkippedFile[];
}

/** Most files that are listed. */
const MOST = 5;

/**
 * Checks every file before anything starts: a picture that fails minutes later, in its turn, helps nobody. A file that cannot
 * be shown is skipped. Throws a CommandError if none can.
 *
 * @param most Bytes of the largest file that the camera's buffers have room for.
 */
export async function checkFrames(folder: string, most: number): Promise<Frames> {
	const path = await optionPath("--frames", folder);
	const { paths, skipped: others } = await listFrames(path).catch((error: unknown) => {
		throw refused("--frames", path, error);
	});
	const skipped = [...others];
	let largest = 0;
	for (const file of paths) {
		try {
			largest = Math.max(largest, (await readFrame(file, most)).jpeg.byteLength);
		} catch (error) {
			skipped.push({ name: nameIn(path, file), reason: (error as Error).message });
		}
	}
	if (largest === 0)
		throw new CommandError(
			skipped.length === 0
				? `--frames: ${showName(path)} holds no .jpg or .jpeg file`
				: `--frames: ${showName(path)} holds no picture that can be shown: ${list(skipped)}`,
		);
	return { folder: textOf(path), largest, skipped };
}

function nameIn(folder: Buffer, file: Buffer): string {
	return showName(file.subarray(folder.length + 1));
}

/** Returns a line about the files that are skipped, with some of their names; undefined if there are none. */
export function skippedLine({ skipped }: Frames): string | undefined {
	return skipped.length === 0 ? undefined : `--frames skips ${list(skipped)}`;
}

function list(skipped: readonly SkippedFile[]): string {
	const texts = skipped.slice(0, MOST).map(({ name, reason }) => `${name}: ${reason}`);
	return texts.join("; ") + (skipped.length > MOST ? `; and ${skipped.length - MOST} more` : "");
}

/** Returns the absolute path of an option's folder, as `textOf` writes it. Throws a CommandError if it does not exist. */
export async function checkFolder(option: string, folder: string): Promise<string> {
	const path = await optionPath(option, folder);
	await readdir(path).catch((error: unknown) => {
		throw refused(option, path, error);
	});
	return textOf(path);
}

function refused(option: string, folder: Buffer, error: unknown): CommandError {
	return new CommandError(`${option}: ${showName(folder)} ${faultOf(error)}`);
}
