import { lowerCase } from "../http/syntax/scan.ts";
import { utf8Of } from "../http/syntax/bytes.ts";

/**
 * Compares in constant time, so that nobody finds a secret byte by byte. The time depends only on the length of `a`, no
 * matter what a stranger passes for `b`.
 */
export function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean {
	let difference = a.length ^ b.length;
	for (let at = 0; at < a.length; at++) difference |= a[at] ^ b[at % b.length];
	return difference === 0;
}

/** Compares strings in constant time, as `timingSafeEqual` compares bytes. */
export function isSame(a: string, b: string): boolean {
	return timingSafeEqual(utf8Of(a), utf8Of(b));
}

const DIGITS = "0123456789abcdef";

export function hex(bytes: Uint8Array): string {
	let text = "";
	for (const byte of bytes) text += DIGITS[byte >> 4] + DIGITS[byte & 15];
	return text;
}

/** Returns undefined if the text is not a hexadecimal number of whole bytes. */
export function fromHex(text: string): Uint8Array | undefined {
	const bytes = new Uint8Array(text.length >> 1);
	for (let at = 0; at < text.length; at++) {
		const digit = DIGITS.indexOf(lowerCase(text[at]));
		if (digit < 0) return undefined;
		bytes[at >> 1] |= digit << (at & 1 ? 0 : 4);
	}
	return text.length % 2 === 0 ? bytes : undefined;
}

/** Returns `count` bytes that nobody can guess: Math.random is the board's random number generator. */
export function randomBytes(count: number): Uint8Array {
	const bytes = new Uint8Array(count);
	for (let at = 0; at < count; at++) bytes[at] = Math.floor(Math.random() * 256);
	return bytes;
}
