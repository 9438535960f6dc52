import { constants, type Dirent } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { jpegSize } from "../../../src/extras/pictures/jpeg-size.ts";
import type { Picture, PictureSource } from "./picture.ts";

/** The JPEG files of a folder, and what was skipped. Paths are bytes, since names need not be UTF-8. */
export interface FrameFiles {
	readonly paths: readonly Buffer[];
	/** The names, as text, of JPEG files that begin with a dot, and of what has such a name but is not a file. */
	readonly skipped: readonly string[];
}

const SLASH = Buffer.from("/");

/** Lists the folder's JPEG files in numeric order: frame-9.jpg before frame-10.JPG. */
export async function listFrames(folder: Buffer): Promise<FrameFiles> {
	const entries = await readdir(folder, { withFileTypes: true, encoding: "buffer" });
	const { compare } = new Intl.Collator("en", { numeric: true });
	const paths: { path: Buffer; text: string }[] = [],
		skipped: string[] = [];
	for (const entry of entries) {
		const text = showName(entry.name);
		if (!/\.jpe?g$/i.test(text)) continue;
		const path = Buffer.concat([folder, SLASH, entry.name]);
		// To open a pipe would wait for its writer.
		if (text.startsWith(".") || !(await isFile(entry, path))) skipped.push(text);
		else paths.push({ path, text });
	}
	paths.sort((a, b) => compare(a.text, b.text));
	return { paths: paths.map(({ path }) => path), skipped: skipped.sort(compare) };
}

/** Follows links. */
async function isFile(entry: Dirent<Buffer>, path: Buffer): Promise<boolean> {
	if (entry.isFile()) return true;
	try {
		return (await stat(path)).isFile();
	} catch {
		return false;
	}
}

/** Returns a name or path as text in one line: bytes that are not text are escaped, such as "\xE9". */
export function showName(name: Buffer): string {
	let text = "";
	for (const part of name.toString("latin1").match(/[\x20-\x7e]+|[^\x20-\x7e]+/g) ?? []) {
		const bytes = Buffer.from(part, "latin1"),
			decoded = bytes.toString();
		const isText = bytes.equals(Buffer.from(decoded)) && bytes.every((byte) => byte >= 0x20 && byte !== 0x7f);
		text += isText
			? decoded
			: [...bytes].map((byte) => `\\x${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
	}
	return text;
}

/** Reads the file as a picture, without changes. Throws an Error with a readable message if it is not a whole JPEG. */
export async function readFrame(file: Buffer): Promise<Picture> {
	const jpeg = await readWithoutWaiting(file).catch((error: NodeJS.ErrnoException) => {
		throw error.code === undefined ? error : new Error(`${showName(file)} cannot be read (${error.code})`);
	});
	const size = jpegSize(jpeg);
	if ("fault" in size) throw new Error(`${showName(file)} is not a whole JPEG: ${size.fault}`);
	return { jpeg, ...size };
}

/** Reads a file. Throws an Error for what is not one: a pipe that has taken a file's place would wait for its writer. */
async function readWithoutWaiting(file: Buffer): Promise<Buffer> {
	const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
	try {
		if (!(await handle.stat()).isFile()) throw new Error(`${showName(file)} is not a file`);
		return await handle.readFile();
	} finally {
		await handle.close();
	}
}

/** Shows files in turn, forever. Reads each when its turn comes, since a folder may be larger than the memory. */
export class FrameFolder implements PictureSource {
	readonly #files: readonly Buffer[];
	#next = 0;

	constructor(files: readonly Buffer[]) {
		this.#files = files;
	}

	/** Skips files that are not pictures. Throws the Error of the last one if none is. */
	async take(): Promise<Picture> {
		for (let left = this.#files.length - 1; ; left--) {
			const file = this.#files[this.#next];
			this.#next = (this.#next + 1) % this.#files.length;
			try {
				return await readFrame(file);
			} catch (error) {
				if (left === 0) throw error;
			}
		}
	}
}
