/**
 * Which characters may stand where. Walked by code, without regular expressions: in the Moddable SDK
 * 8.2.3 each use of one leaks, and leaves the garbage collector a pointer that is not its own
 * (`fxAllocateRegExpData` in xs/sources/xsre.c).
 */

const COLON = 0x3a;
const HASH = 0x23;
const SP = 0x20;
const HTAB = 0x09;
const DEL = 0x7f;

/** Sets of ASCII characters, as one bit each among each 32 of them. */
const DIGIT = bits("0123456789");
const HEX_DIGIT = bits("0123456789ABCDEFabcdef");
const LABEL = bits("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");
/** What names and IPv4 addresses consist of (RFC 3986, 3.2.2), and "_", which local networks use. */
const REG_NAME = bits("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.~%!$&'()*+,;=");
const TOKEN = bits("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
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

/** Where the run of such characters ends that begins at `at`. */
function endOf(set: Characters, text: string, at: number): number {
	for (; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code > 127 || !((set[code >> 5] >>> (code & 31)) & 1))
			break;
	}
	return at;
}

/** tchar (RFC 9110, 5.6.2). */
export function isTokenByte(byte: number): boolean {
	return byte < DEL && ((TOKEN[byte >> 5] >>> (byte & 31)) & 1) === 1;
}

export function isToken(text: string): boolean {
	for (let at = 0; at < text.length; at++) {
		if (!isTokenByte(text.charCodeAt(at)))
			return false;
	}
	return text.length > 0;
}

/** Any visible character but "#" may stand in a request-target: browsers send {, | and } in a query as they are, but no client sends a fragment. */
export function isTargetByte(byte: number): boolean {
	return byte > SP && byte < DEL && byte !== HASH;
}

/** What a field's value or a reason phrase may consist of: everything but control characters; the tab is none of these. */
export function isValueByte(byte: number): boolean {
	return byte >= SP ? byte !== DEL : byte === HTAB;
}

/** One or more decimal digits. */
export function isDigits(text: string): boolean {
	return text.length > 0 && endOf(DIGIT, text, 0) === text.length;
}

/** One or more hexadecimal digits. */
export function isHexDigits(text: string): boolean {
	return text.length > 0 && endOf(HEX_DIGIT, text, 0) === text.length;
}

/** Letters, digits and inner hyphens: a label of a host's name (RFC 1123, 2.1). How long, is the caller's to say. */
export function isLabel(text: string): boolean {
	return text.length > 0 && endOf(LABEL, text, 0) === text.length && !text.startsWith("-") && !text.endsWith("-");
}

/** uri-host [ ":" port ] (RFC 3986, 3.2.2), without user information. */
export function isAuthority(text: string): boolean {
	let at: number;
	if (text[0] === "[") {
		const close = endOf(IPV6, text, 1);
		if (close === 1 || text[close] !== "]")
			return false;
		at = close + 1;
	}
	else
		at = endOf(REG_NAME, text, 0);
	return at === text.length || (text.charCodeAt(at) === COLON && endOf(DIGIT, text, at + 1) === text.length);
}

/** Whether there are control characters other than the tab: they would end a field's line, or cut it short. */
export function hasControls(text: string): boolean {
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (!isValueByte(code))
			return true;
	}
	return false;
}

/** Where the first of either stands; -1 where neither does. */
export function indexOfEither(text: string, one: string, other: string): number {
	const at = text.indexOf(one), otherAt = text.indexOf(other);
	return at < 0 || (otherAt >= 0 && otherAt < at) ? otherAt : at;
}
