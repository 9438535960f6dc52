import { utf8Of } from "./bytes.ts";
import {
	BASE64,
	DIGIT,
	endOf,
	HEX_DIGIT,
	HOST_LABEL,
	IPV6,
	isAll,
	LABEL,
	REG_NAME,
	TARGET,
	TOKEN,
	VALUE,
} from "./scan.ts";

/**
 * The characters that each part of a message may contain. Checked without regular expressions: in the Moddable SDK 8.2.3 each
 * use of one leaks, and leaves the garbage collector a pointer that is not its own (`fxAllocateRegExpData` in
 * xs/sources/xsre.c).
 */

const DOT = 0x2e;
const COLON = 0x3a;
const EQUALS = 0x3d;
const OPENING = 0x5b;
const CLOSING = 0x5d;

export function isToken(text: string): boolean {
	return isAll(TOKEN, text);
}

/** Reports whether a text has only characters that a request-target may have. */
export function isTargetText(text: string): boolean {
	return text === "" || isAll(TARGET, text);
}

/** Reports whether a text is one or more decimal digits. */
export function isDigits(text: string): boolean {
	return isAll(DIGIT, text);
}

/** Reports whether a text is one or more hexadecimal digits. */
export function isHexDigits(text: string): boolean {
	return isAll(HEX_DIGIT, text);
}

/**
 * Reports whether a text can be base64 (RFC 4648, 4), judging by its characters and their number. Padding may be
 * missing.
 */
export function isBase64Text(text: string): boolean {
	const bytes = utf8Of(text);
	let end = bytes.length;
	while (end > bytes.length - 2 && bytes[end - 1] === EQUALS) end--;
	return end % 4 !== 1 && endOf(BASE64, bytes, 0, end) === end;
}

/**
 * Reports whether a text consists of letters, digits and inner hyphens: a label of a host's name (RFC 1123, 2.1). The
 * caller checks its length.
 */
export function isLabel(text: string): boolean {
	return isAll(LABEL, text) && !text.startsWith("-") && !text.endsWith("-");
}

/**
 * Reports whether a text consists of labels of letters, digits, "-" and "_", with dots between them. RFC 3986 allows
 * more in a reg-name, such as "%2e", which one program takes for a dot and another does not.
 */
export function isHostName(text: string): boolean {
	const bytes = utf8Of(text),
		{ length } = bytes;
	for (let at = 0; ; at++) {
		const end = endOf(HOST_LABEL, bytes, at, length);
		if (end === at) return false;
		if (end === length) return true;
		if (bytes[end] !== DOT) return false;
		at = end;
	}
}

/** Reports whether a text is uri-host [ ":" port ] (RFC 3986, 3.2.2), without user information. */
export function isAuthority(text: string): boolean {
	const bytes = utf8Of(text),
		{ length } = bytes;
	let at: number;
	if (bytes[0] === OPENING) {
		const close = endOf(IPV6, bytes, 1, length);
		if (close === 1 || bytes[close] !== CLOSING) return false;
		at = close + 1;
	} else at = endOf(REG_NAME, bytes, 0, length);
	return at === length || (bytes[at] === COLON && endOf(DIGIT, bytes, at + 1, length) === length);
}

/** Reports whether a text has control characters other than the tab. They would end a field's line, or cut it short. */
export function hasControls(text: string): boolean {
	return text !== "" && !isAll(VALUE, text);
}

/** Returns where the first of either is, or -1 if the text has neither. */
export function indexOfEither(text: string, one: string, other: string): number {
	const at = text.indexOf(one),
		otherAt = text.indexOf(other);
	return at < 0 || (otherAt >= 0 && otherAt < at) ? otherAt : at;
}
