import { constants, type Dirent } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { jpegSize } from "../../../src/extras/pictures/jpeg-size.ts";
import { faultOf } from "./file-fault.ts";
import type { Picture, PictureSource } from "./picture.ts";

/** A file that is not shown. */
export interface SkippedFile {
	/** Its name as text in one line. */
	readonly name: string;
	/** Such as "it is empty". */
	readonly reason: string;
}

/** The JPEG files of a folder, and what was skipped. Paths are bytes, since names need not be UTF-8. */
export interface FrameFiles {
	readonly paths: readonly Buffer[];
	/** JPEG files that begin with a dot, and what has such a name but is not a file. */
	readonly skipped: readonly SkippedFile[];
}

const SLASH = Buffer.from("/");

/** Lists the folder's JPEG files in numeric order: frame-9.jpg before frame-10.JPG. */
export async function listFrames(folder: Buffer): Promise<FrameFiles> {
	const entries = await readdir(folder, { withFileTypes: true, encoding: "buffer" });
	const { compare } = new Intl.Collator("en", { numeric: true });
	const paths: { path: Buffer; name: string }[] = [],
		skipped: SkippedFile[] = [];
	for (const entry of entries) {
		const name = showName(entry.name);
		if (!/\.jpe?g$/i.test(name)) continue;
		const path = Buffer.concat([folder, SLASH, entry.name]);
		// To open a pipe would wait for its writer.
		const reason = name.startsWith(".") ? "its name begins with a dot" : await fileFault(entry, path);
		if (reason === undefined) paths.push({ path, name });
		else skipped.push({ name, reason });
	}
	paths.sort((a, b) => compare(a.name, b.name));
	skipped.sort((a, b) => compare(a.name, b.name));
	return { paths: paths.map(({ path }) => path), skipped };
}

/** Returns why an entry is not a file, or a link to one; undefined if it is. */
async function fileFault(entry: Dirent<Buffer>, path: Buffer): Promise<string | undefined> {
	if (entry.isFile()) return undefined;
	try {
		return (await stat(path)).isFile() ? undefined : NOT_A_FILE;
	} catch (error) {
		return `its target ${faultOf(error)}`;
	}
}

const NOT_A_FILE = "it is not a file";

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

/**
 * Reads the file as a picture, without changes. Throws an Error whose message is the reason, such as "it is empty", if it
 * cannot be read, is not a whole JPEG, or has more than `most` bytes.
 */
export async function readFrame(file: Buffer, most = Infinity): Promise<Picture> {
	const jpeg = await readWithoutWaiting(file, most).catch((error: NodeJS.ErrnoException) => {
		throw error.code === undefined ? error : new Error(`it ${faultOf(error)}`);
	});
	const size = jpegSize(jpeg);
	if ("fault" in size) throw new Error(size.fault);
	return { jpeg, ...size };
}

/** Reads a file. Throws an Error for what is not one: a pipe that has taken a file's place would wait for its writer. */
async function readWithoutWaiting(file: Buffer, most: number): Promise<Buffer> {
	const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
	try {
		const status = await handle.stat();
		if (!status.isFile()) throw new Error(NOT_A_FILE);
		if (status.size > most)
			throw new Error(`it has ${status.size} bytes, and the camera's buffers have room for ${most}`);
		return await handle.readFile();
	} finally {
		await handle.close();
	}
}

/** Shows files in turn, forever. Reads each when its turn comes, since a folder may be larger than the memory. */
export class FrameFolder implements PictureSource {
	readonly #files: readonly Buffer[];
	readonly #most: number | undefined;
	#next = 0;

	/** @param most Bytes of the largest file that is shown. Default: no limit. */
	constructor(files: readonly Buffer[], most?: number) {
		this.#files = files;
		this.#most = most;
	}

	/** Skips files that are not pictures. Throws the Error of the last one if none is. */
	async take(): Promise<Picture> {
		for (let left = this.#files.length - 1; ; left--) {
			const file = this.#files[this.#next];
			this.#next = (this.#next + 1) % this.#files.length;
			try {
				return await readFrame(file, this.#most);
			} catch (error) {
				if (left === 0) throw new Error(`${showName(file)}: ${(error as Error).message}`, { cause: error });
			}
		}
	}
}
