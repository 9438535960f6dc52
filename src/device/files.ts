/**
 * File storage in the shape of ECMA-419, as the Moddable SDK has it in `embedded:storage/files`, as far as it is for
 * reading; what is beyond it says so. Paths are relative to their directory, separated by "/", and do not leave it: "..", absolute
 * paths and NUL are refused. What fails throws an Error with the path and the reason.
 */

/** What is of a name. */
export interface Status {
	/** Bytes. */
	readonly size: number;
	/** POSIX's `st_mode`; 0 where there is nothing of that name. */
	readonly mode: number;
	/** Beyond ECMA-419: when it was last written, in milliseconds of the wall clock; on FAT to two seconds. */
	readonly modified: number;
	isFile(): boolean;
	isDirectory(): boolean;
}

/** Beyond ECMA-419: memory outside the script's heap (on a board PSRAM), an XS host buffer. */
export interface FileMemory {
	/** 0 once it is closed. */
	readonly byteLength: number;
	/**
	 * Where the next marker of a JPEG begins, from the offset on: an FF that neither stands for itself (FF 00) nor is a
	 * restart within a scan; `byteLength` where there is none. In the script, looking at each byte of some hundred
	 * kilobytes would stop a board for some tenths of a second.
	 */
	markerAfter(offset: number): number;
	/** Gives the memory back; views of it have length 0 from then on. Further calls do nothing. */
	close(): void;
}

export interface File {
	/** Up to so many bytes from the position on, in the script's heap; fewer at the file's end. */
	read(count: number, position: number): ArrayBuffer;
	/** Fills the buffer from the position on. Returns how many bytes there were. */
	read(buffer: ArrayBuffer | Uint8Array, position: number): number;
	status(): Status;
	/** Beyond ECMA-419: memory for so many of its bytes, to read into. Throws where there is not as much. */
	memory(byteLength: number): FileMemory;
	/** Further calls do nothing. */
	close(): void;
}

export interface Directory {
	/** The mode can only be "r", which it is unless told. */
	openFile(options: { readonly path: string; readonly mode?: "r" }): File;
	openDirectory(options: { readonly path: string }): Directory;
	/** Of what is not there, all is 0 and false. */
	status(path: string): Status;
	/** The names in it, or in the directory of that path; in no order. */
	scan(path?: string): IterableIterator<string>;
	[Symbol.iterator](): IterableIterator<string>;
	/** What was opened of it stays open. Further calls do nothing. */
	close(): void;
}
