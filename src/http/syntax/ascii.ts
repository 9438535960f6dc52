import { utf8Of } from "./bytes.ts";

/**
 * Letters and blanks of protocols, which are ASCII only. The engine's own functions follow Unicode: `toLowerCase` turns
 * the Kelvin sign into a k and a dotted I into an i, and `trim` removes the no-break space. With them, this server
 * would take one text for another, while a proxy in front of it does not.
 */

const SP = 0x20;
const HTAB = 0x09;
const A = 0x41;
const Z = 0x5a;

/** Returns the text with A to Z in lower case, and all other characters unchanged. */
export function lowerCase(text: string): string {
	const lower = text.toLowerCase();
	if (lower === text) return text;
	const buffer = ArrayBuffer.fromString(text);
	// A character that is not ASCII has at least two bytes.
	if (buffer.byteLength === text.length) return lower;
	const bytes = new Uint8Array(buffer);
	for (let at = 0; at < bytes.length; at++) {
		const byte = bytes[at];
		if (byte >= A && byte <= Z) bytes[at] = byte | 0x20;
	}
	return String.fromArrayBuffer(buffer);
}

/** Returns the text of bytes that are known to be ASCII, in lower case. */
export function lowerCaseOf(bytes: Uint8Array): string {
	return String.fromArrayBuffer(bytes.buffer, bytes.byteOffset, bytes.length).toLowerCase();
}

/** Returns the text without the spaces and tabs around it, the optional white space of RFC 9110, 5.6.3. */
export function trimBlanks(text: string): string {
	if (text.trim() === text) return text;
	const bytes = utf8Of(text);
	let start = 0,
		end = bytes.length;
	while (start < end && isBlank(bytes[start])) start++;
	while (end > start && isBlank(bytes[end - 1])) end--;
	return start < end ? String.fromArrayBuffer(bytes.buffer, start, end - start) : "";
}

/** Reports whether a byte is a space or a tab. */
export function isBlank(byte: number): boolean {
	return byte === SP || byte === HTAB;
}
