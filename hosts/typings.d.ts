/// <reference path="../node_modules/@moddable/typings/xs.d.ts" />

/* What the published typings leave out. Global to every source, whoever compiles it. */

interface StringConstructor {
	/** XS takes a range as well. */
	fromArrayBuffer(buffer: ArrayBufferLike, byteOffset: number, byteLength: number): string;
}
