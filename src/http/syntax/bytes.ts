import type { Bytes } from "../io.ts";

/**
 * Returns a view of a buffer. For a host buffer only this constructor works: it has neither `slice` nor a prototype to
 * test for.
 */
export function view(bytes: Bytes, offset: number, length: number): Uint8Array {
	return ArrayBuffer.isView(bytes)
		? new Uint8Array(bytes.buffer, bytes.byteOffset + offset, length)
		: new Uint8Array(bytes, offset, length);
}

/** Returns a string's bytes in UTF-8. To read a character of a string, XS creates an object of it each time. */
export function utf8Of(text: string): Uint8Array {
	return new Uint8Array(ArrayBuffer.fromString(text));
}

/** Returns the text of bytes that are known to be ASCII. */
export function ascii(bytes: Uint8Array): string {
	return String.fromArrayBuffer(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Returns the value of a hexadecimal digit, or -1. */
export function hexDigit(byte: number): number {
	if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
	const lower = byte | 0x20;
	return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
