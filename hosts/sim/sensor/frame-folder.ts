import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { jpegSize } from "../../../src/extras/pictures/jpeg-size.ts";
import type { Picture, PictureSource } from "./picture.ts";

/** The folder's JPEG files in the order in which a person counts: frame-9.jpg before frame-10.JPG. */
export async function listFrames(folder: string): Promise<string[]> {
	const entries = await readdir(folder, { withFileTypes: true });
	const { compare } = new Intl.Collator("en", { numeric: true });
	return entries
		.filter((entry) => /\.jpe?g$/i.test(entry.name) && !entry.isDirectory())
		.map((entry) => entry.name)
		.sort(compare)
		.map((name) => join(folder, name));
}

/** The file as a picture, byte by byte as it is; an Error with a sentence for a person when it is not a whole JPEG. */
export async function readFrame(file: string): Promise<Picture> {
	const jpeg = await readFile(file);
	const size = jpegSize(jpeg);
	if ("fault" in size) throw new Error(`${file} is no whole JPEG: ${size.fault}`);
	return { jpeg, ...size };
}

/** Files in turn, for ever. They are read when their turn comes: a folder may hold more than memory does. */
export class FrameFolder implements PictureSource {
	readonly #files: readonly string[];
	#next = 0;

	constructor(files: readonly string[]) {
		this.#files = files;
	}

	async take(): Promise<Picture> {
		const file = this.#files[this.#next];
		this.#next = (this.#next + 1) % this.#files.length;
		return readFrame(file);
	}
}
