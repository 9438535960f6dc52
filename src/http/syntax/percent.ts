import { hexDigit, utf8Of } from "./bytes.ts";
import { utf8 } from "./utf8.ts";

const PERCENT = 0x25;
const PLUS = 0x2b;
const SPACE = 0x20;

/**
 * Decodes those characters of a path that never need encoding: letters, digits and "-._~" (RFC 3986, 2.3 and 6.2.2.2). So a
 * program that compares a path, and the router, see the same text for each resource. "%2F" stays what it is, and so does broken
 * encoding.
 */
export function normalizePath(path: string): string {
	if (!path.includes("%")) return path;
	const bytes = utf8Of(path);
	let length = 0;
	for (let at = 0; at < bytes.length; at++) {
		let byte = bytes[at];
		if (byte === PERCENT) {
			const high = hexDigit(bytes[at + 1]),
				low = hexDigit(bytes[at + 2]),
				decoded = high * 16 + low;
			if (high >= 0 && low >= 0 && isUnreserved(decoded)) {
				byte = decoded;
				at += 2;
			}
		}
		bytes[length++] = byte;
	}
	return length === bytes.length ? path : (utf8(bytes.subarray(0, length)) ?? path);
}

function isUnreserved(byte: number): boolean {
	const letter = byte | 0x20;
	return (
		(letter >= 0x61 && letter <= 0x7a) ||
		(byte >= 0x30 && byte <= 0x39) ||
		"-._~".includes(String.fromCharCode(byte))
	);
}

/**
 * Decodes percent-encoding. Returns undefined if the encoding is broken, or if the result is not text.
 *
 * @param form Whether "+" stands for a space, as in a form. `replaceAll` would take a slot for each.
 */
export function percentDecode(text: string, form = false): string | undefined {
	if (!text.includes("%") && !(form && text.includes("+"))) return text;
	const bytes = utf8Of(text);
	let length = 0;
	for (let at = 0; at < bytes.length; at++) {
		let byte = bytes[at];
		if (byte === PERCENT) {
			const high = hexDigit(bytes[++at]);
			const low = hexDigit(bytes[++at]);
			if (high < 0 || low < 0) return undefined;
			byte = high * 16 + low;
		} else if (form && byte === PLUS) byte = SPACE;
		bytes[length++] = byte;
	}
	return utf8(bytes.subarray(0, length));
}
