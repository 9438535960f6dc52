import { utf8Of } from "./bytes.ts";

/**
 * The characters that each part of a message may contain. Checked by loops, without regular expressions: in the
 * Moddable SDK 8.2.3 each use of one leaks, and leaves the garbage collector a pointer that is not its own
 * (`fxAllocateRegExpData` in xs/sources/xsre.c).
 */

/** The first byte of a NUL in an XS string (C0 80). In UTF-8 nothing begins with it. */
const NUL = 0xc0;
const DOT = 0x2e;
const COLON = 0x3a;
const EQUALS = 0x3d;
const OPENING = 0x5b;
const CLOSING = 0x5d;
const HASH = 0x23;
const SP = 0x20;
const HTAB = 0x09;
const DEL = 0x7f;

const ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Sets of ASCII characters, with one bit for each, 32 to a number. */
const DIGIT = bits("0123456789");
const HEX_DIGIT = bits("0123456789ABCDEFabcdef");
const LABEL = bits(ALPHANUMERIC + "-");
/** Characters of names and IPv4 addresses (RFC 3986, 3.2.2), and "_", which local networks use. */
const REG_NAME = bits(ALPHANUMERIC + "_-.~%!$&'()*+,;=");
const BASE64 = bits(ALPHANUMERIC + "+/");
const TOKEN = bits(ALPHANUMERIC + "!#$%&'*+-.^_`|~");
/** Characters of a label in a name that a network can give to a device. */
const HOST_LABEL = bits(ALPHANUMERIC + "-_");
const IPV6 = bits("0123456789ABCDEFabcdef:.");

type Characters = readonly number[];

function bits(characters: string): Characters {
	const set = [0, 0, 0, 0];
	for (let at = 0; at < characters.length; at++) {
		const code = characters.charCodeAt(at);
		set[code >> 5] |= 1 << (code & 31);
	}
	return Object.freeze(set);
}

/** Returns where the run of such bytes ends that begins at `at`. */
function endOf(set: Characters, bytes: Uint8Array, at: number, end: number): number {
	for (; at < end; at++) {
		const byte = bytes[at];
		if (!((set[byte >> 5] >>> (byte & 31)) & 1)) break; // 0 for bytes that are not ASCII
	}
	return at;
}

/** Reports whether a text consists of one or more of such characters. */
function consistsOf(set: Characters, text: string): boolean {
	const bytes = utf8Of(text);
	return bytes.length > 0 && endOf(set, bytes, 0, bytes.length) === bytes.length;
}

/** Reports whether a byte is a tchar (RFC 9110, 5.6.2). */
export function isTokenByte(byte: number): boolean {
	return ((TOKEN[byte >> 5] >>> (byte & 31)) & 1) === 1;
}

/** Returns where the run of tchars ends. */
export function endOfToken(bytes: Uint8Array, at: number, end: number): number {
	return endOf(TOKEN, bytes, at, end);
}

export function isToken(text: string): boolean {
	return consistsOf(TOKEN, text);
}

/**
 * Returns where the run of bytes ends that may be part of a request-target: any visible character but "#". Browsers
 * send {, | and } in a query as they are, but no client sends a fragment.
 */
export function endOfTarget(bytes: Uint8Array, at: number, end: number): number {
	for (; at < end; at++) {
		const byte = bytes[at];
		if (byte <= SP || byte >= DEL || byte === HASH) break;
	}
	return at;
}

/** Reports whether a text has only characters that a request-target may have. */
export function isTargetText(text: string): boolean {
	const bytes = utf8Of(text);
	return endOfTarget(bytes, 0, bytes.length) === bytes.length;
}

/**
 * Returns where the run of bytes ends that a field's value or a reason phrase may have: everything but control
 * characters. The tab does not count as one.
 */
export function endOfValue(bytes: Uint8Array, at: number, end: number): number {
	for (; at < end; at++) {
		const byte = bytes[at];
		if (byte === DEL || (byte < SP && byte !== HTAB)) break;
	}
	return at;
}

/** Reports whether a text is one or more decimal digits. */
export function isDigits(text: string): boolean {
	return consistsOf(DIGIT, text);
}

/** Reports whether a text is one or more hexadecimal digits. */
export function isHexDigits(text: string): boolean {
	return consistsOf(HEX_DIGIT, text);
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
	return consistsOf(LABEL, text) && !text.startsWith("-") && !text.endsWith("-");
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
	const bytes = utf8Of(text);
	return bytes.indexOf(NUL) >= 0 || endOfValue(bytes, 0, bytes.length) < bytes.length;
}

/** Returns where the first of either is, or -1 if the text has neither. */
export function indexOfEither(text: string, one: string, other: string): number {
	const at = text.indexOf(one),
		otherAt = text.indexOf(other);
	return at < 0 || (otherAt >= 0 && otherAt < at) ? otherAt : at;
}
