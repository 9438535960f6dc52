/* What the declarations of XS leave out. Global to every source, whichever tool compiles it. */

interface StringConstructor {
	/** XS takes a range as well. */
	fromArrayBuffer(buffer: ArrayBufferLike, byteOffset: number, byteLength: number): string;
}
