import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { jpegSize } from "../../../src/extras/pictures/jpeg-size.ts";
import type { Picture, PictureSource } from "./picture.ts";

/** Lists the folder's JPEG files in numeric order: frame-9.jpg before frame-10.JPG. */
export async function listFrames(folder: string): Promise<string[]> {
	const entries = await readdir(folder, { withFileTypes: true });
	const { compare } = new Intl.Collator("en", { numeric: true });
	return entries
		.filter((entry) => /\.jpe?g$/i.test(entry.name) && !entry.isDirectory())
		.map((entry) => entry.name)
		.sort(compare)
		.map((name) => join(folder, name));
}

/** Reads the file as a picture, without changes. Throws an Error with a readable message if it is not a whole JPEG. */
export async function readFrame(file: string): Promise<Picture> {
	const jpeg = await readFile(file);
	const size = jpegSize(jpeg);
	if ("fault" in size) throw new Error(`${file} is not a whole JPEG: ${size.fault}`);
	return { jpeg, ...size };
}

/** Shows files in turn, forever. Reads each when its turn comes, since a folder may be larger than the memory. */
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
