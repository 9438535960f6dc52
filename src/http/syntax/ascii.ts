import { utf8Of } from "./bytes.ts";

/**
 * Blanks of protocols, which are ASCII only. The engine's own functions follow Unicode: `trim` removes the no-break space.
 * With it, this server would take one text for another, while a proxy in front of it does not.
 */

const SP = 0x20;
const HTAB = 0x09;
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
