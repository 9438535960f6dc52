import { hexDigit, utf8Of } from "./bytes.ts";
import { utf8 } from "./utf8.ts";

const PERCENT = 0x25;

/** Decodes percent-encoding. Returns undefined if the encoding is broken, or if the result is not text. */
export function percentDecode(text: string): string | undefined {
	if (!text.includes("%")) return text;
	const bytes = utf8Of(text);
	let length = 0;
	for (let at = 0; at < bytes.length; at++) {
		let byte = bytes[at];
		if (byte === PERCENT) {
			const high = hexDigit(bytes[++at]);
			const low = hexDigit(bytes[++at]);
			if (high < 0 || low < 0) return undefined;
			byte = high * 16 + low;
		}
		bytes[length++] = byte;
	}
	return utf8(bytes.subarray(0, length));
}
