/* What the declarations of XS leave out. Global to every source, whichever tool compiles it. */

interface StringConstructor {
	/** XS takes a range as well. */
	fromArrayBuffer(buffer: ArrayBufferLike, byteOffset: number, byteLength: number): string;
}

/** The log, on a board and in the simulator. Objects are written as JSON, errors with their stack. */
interface Console {
	log(...values: unknown[]): void;
	info(...values: unknown[]): void;
	warn(...values: unknown[]): void;
	error(...values: unknown[]): void;
}

declare var console: Console;
