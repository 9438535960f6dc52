/**
 * File storage with the interface of ECMA-419, as the Moddable SDK implements it in `embedded:storage/files`, for
 * reading only. Additions to it are marked. Paths are relative to their directory and separated by "/", and cannot
 * leave it: "..", absolute paths and NUL are refused. Every failure throws an Error with the path and the reason.
 */

/** What a name refers to. */
export interface Status {
	/** Bytes. */
	readonly size: number;
	/** POSIX's `st_mode`; 0 if nothing has that name. */
	readonly mode: number;
	/** Beyond ECMA-419: time of the last write, in milliseconds of the wall clock; FAT stores it to two seconds. */
	readonly modified: number;
	isFile(): boolean;
	isDirectory(): boolean;
}

/** Beyond ECMA-419: memory outside the script's heap (on a board PSRAM), an XS host buffer. */
export interface FileMemory {
	/** 0 after `close`. */
	readonly byteLength: number;
	/**
	 * Returns the offset of the next JPEG marker at or after `offset`: an FF that is neither an escaped FF (FF 00) nor
	 * a restart within a scan. Returns `byteLength` if there is none. In the script, a look at each byte of some
	 * hundred kilobytes would stop a board for some tenths of a second.
	 */
	markerAfter(offset: number): number;
	/** Frees the memory; views of it then have length 0. Further calls do nothing. */
	close(): void;
}

export interface File {
	/** Reads up to `count` bytes from the position on into the script's heap; fewer at the file's end. */
	read(count: number, position: number): ArrayBuffer;
	/** Fills the buffer from the position on. Returns the number of bytes read. */
	read(buffer: ArrayBuffer | Uint8Array, position: number): number;
	status(): Status;
	/** Beyond ECMA-419: allocates memory for `byteLength` of its bytes, to read into. Throws if there is not enough. */
	memory(byteLength: number): FileMemory;
	/** Further calls do nothing. */
	close(): void;
}

export interface Directory {
	/** Opens a file. The only mode is "r", which is the default. */
	openFile(options: { readonly path: string; readonly mode?: "r" }): File;
	openDirectory(options: { readonly path: string }): Directory;
	/** Returns the status of a path. If nothing is there, its numbers are 0 and its methods return false. */
	status(path: string): Status;
	/**
	 * Iterates over the names in this directory, or in the directory at `path`, in no particular order. A byte of a name
	 * that is not UTF-8 is a character from U+F780 to U+F7FF, which other methods take for that byte.
	 */
	scan(path?: string): IterableIterator<string>;
	[Symbol.iterator](): IterableIterator<string>;
	/** Closes the directory. Files and directories opened from it stay open. Further calls do nothing. */
	close(): void;
}
