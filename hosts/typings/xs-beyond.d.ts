/* What the declarations of XS leave out. Global to every source, whoever compiles it. */

interface StringConstructor {
	/** XS takes a range as well. */
	fromArrayBuffer(buffer: ArrayBufferLike, byteOffset: number, byteLength: number): string;
}
