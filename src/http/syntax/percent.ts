import { hexDigit, utf8Of } from "./bytes.ts";
import { utf8 } from "./utf8.ts";

const PERCENT = 0x25;
const PLUS = 0x2b;
const SPACE = 0x20;

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
