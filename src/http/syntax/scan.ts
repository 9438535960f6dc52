import { isBlank } from "./ascii.ts";
import { utf8Of } from "./bytes.ts";
import { latin1, utf8 } from "./utf8.ts";

/**
 * The loops over bytes that peers send: runs of characters, whole lines of a head, and the search for a field.
 *
 * Node runs this module. XS takes about twenty times as long for a byte as C does, so devices have hosts/common/scan.c in its
 * place, which does the same; test/fuzz compares the two. Nothing here allocates anything but the string that it returns.
 */

/** Sets of characters, for `endOf` and `isAll`. hosts/common/scan.c has the same numbers. */
export const DIGIT = 0;
export const HEX_DIGIT = 1;
/** Characters of a label of a host's name (RFC 1123, 2.1). */
export const LABEL = 2;
/** Characters of a label in a name that a network can give to a device. */
export const HOST_LABEL = 3;
/** Characters of names and IPv4 addresses (RFC 3986, 3.2.2), and "_", which local networks use. */
export const REG_NAME = 4;
export const IPV6 = 5;
export const BASE64 = 6;
/** tchar (RFC 9110, 5.6.2). */
export const TOKEN = 7;
/**
 * Bytes of a request-target: any visible character but "#". Browsers send {, | and } in a query as they are, but no
 * client sends a fragment.
 */
export const TARGET = 8;
/** Bytes of a field's value or a reason phrase: everything but control characters. The tab does not count as one. */
export const VALUE = 9;

/** Stands in place of a value that was skipped: a NUL, which no value can have. */
export const SKIPPED = 0;

const ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const SP = 0x20;
const HTAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const HASH = 0x23;
const COLON = 0x3a;
const DEL = 0x7f;
/** The first byte of a NUL in an XS string (C0 80). In UTF-8 nothing begins with it. */
const NUL = 0xc0;

/** For each set one bit for each of the 256 bytes, 32 to a number. */
const SETS: readonly (readonly number[])[] = Object.freeze([
	setOf("0123456789"),
	setOf("0123456789ABCDEFabcdef"),
	setOf(`${ALPHANUMERIC}-`),
	setOf(`${ALPHANUMERIC}-_`),
	setOf(`${ALPHANUMERIC}_-.~%!$&'()*+,;=`),
	setOf("0123456789ABCDEFabcdef:."),
	setOf(`${ALPHANUMERIC}+/`),
	setOf(`${ALPHANUMERIC}!#$%&'*+-.^_\`|~`),
	bytesThat((byte) => byte > SP && byte < DEL && byte !== HASH),
	bytesThat((byte) => byte !== DEL && (byte >= SP || byte === HTAB)),
]);

function setOf(characters: string): readonly number[] {
	return bytesThat((byte) => characters.includes(String.fromCharCode(byte)) && byte > 0);
}

function bytesThat(belong: (byte: number) => boolean): readonly number[] {
	const set = [0, 0, 0, 0, 0, 0, 0, 0];
	for (let byte = 0; byte < 256; byte++) if (belong(byte)) set[byte >> 5] |= 1 << (byte & 31);
	return Object.freeze(set);
}

/** Reports whether a byte is one of a set. */
export function isOne(set: number, byte: number): boolean {
	return ((SETS[set][byte >> 5] >>> (byte & 31)) & 1) === 1;
}

/** Returns where the run of bytes of a set ends that begins at `at`. Reads no further than `end`. */
export function endOf(set: number, bytes: Uint8Array, at: number, end: number): number {
	const members = SETS[set];
	while (at < end && (members[bytes[at] >> 5] >>> (bytes[at] & 31)) & 1) at++;
	return at;
}

/** Reports whether a text consists of one or more characters of a set. */
export function isAll(set: number, text: string): boolean {
	const bytes = utf8Of(text);
	return bytes.length > 0 && bytes.indexOf(NUL) < 0 && endOf(set, bytes, 0, bytes.length) === bytes.length;
}

/**
 * Reads a request line (RFC 9112, 3) that has arrived whole, in the usual form: "METHOD TARGET HTTP/1.x" and CRLF.
 * Returns where the method ends, times 65,536, plus where the target ends; or 0 for any other beginning, also for a method or
 * target that is longer than allowed.
 */
export function requestLine(bytes: Uint8Array, mostMethod: number, mostTarget: number): number {
	const { length } = bytes,
		methodEnd = endOf(TOKEN, bytes, 0, length),
		start = methodEnd + 1;
	if (methodEnd === 0 || methodEnd > mostMethod || bytes[methodEnd] !== SP) return 0;
	const targetEnd = endOf(TARGET, bytes, start, length);
	if (targetEnd === start || targetEnd - start > mostTarget || targetEnd + 11 > length) return 0;
	for (let at = 0; at < VERSION.length; at++) if (bytes[targetEnd + at] !== VERSION[at]) return 0;
	const minor = bytes[targetEnd + 8];
	return minor >= 0x30 && minor <= 0x39 && bytes[targetEnd + 9] === CR && bytes[targetEnd + 10] === LF
		? methodEnd * 65_536 + targetEnd
		: 0;
}

/** " HTTP/1." */
const VERSION: readonly number[] = Object.freeze([0x20, 0x48, 0x54, 0x54, 0x50, 0x2f, 0x31, 0x2e]);

/**
 * Reads field lines (RFC 9112, 5) that have arrived whole, up to the first one that is malformed, incomplete, too long, or the
 * empty line after them.
 *
 * @param at Where a line begins.
 * @param end Reads no further than this, which must be below 65,536.
 * @param lines The buffer of 16-bit numbers that receives where each line begins, counted from `origin`.
 * @param count How many lines it has already.
 * @param mostBytes The longest value.
 * @returns How many lines it has, times 65,536, plus where the last one ends.
 */
export function fieldLines(
	bytes: Uint8Array,
	at: number,
	end: number,
	lines: ArrayBufferLike,
	count: number,
	origin: number,
	mostBytes: number,
): number {
	const starts = new Uint16Array(lines as ArrayBuffer);
	while (count < starts.length) {
		const nameEnd = endOf(TOKEN, bytes, at, end);
		if (nameEnd === at || nameEnd >= end || bytes[nameEnd] !== COLON) break;
		const valueEnd = endOf(VALUE, bytes, nameEnd + 1, end);
		if (valueEnd - nameEnd - 1 > mostBytes || valueEnd + 2 > end) break;
		if (bytes[valueEnd] !== CR || bytes[valueEnd + 1] !== LF) break;
		starts[count++] = at - origin;
		at = valueEnd + 2;
	}
	return count * 65_536 + at;
}

/**
 * Returns the first field line of that name, in any case, from the line `from` on, or -1. The lines are those that `fieldLines`
 * has found, counted from the beginning of `bytes`.
 */
export function findField(
	bytes: Uint8Array,
	lines: ArrayBufferLike,
	count: number,
	name: string,
	from: number,
): number {
	const starts = new Uint16Array(lines as ArrayBuffer),
		{ length } = name;
	for (let line = from; line < count; line++) {
		const start = starts[line];
		if (bytes[start + length] !== COLON) continue;
		let at = 0;
		while (at < length && lower(bytes[start + at]) === lower(name.charCodeAt(at))) at++;
		if (at === length) return line;
	}
	return -1;
}

function lower(byte: number): number {
	return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}

/**
 * Returns the values of the field lines of that name, as `findField` finds them, as `textOf` returns each, and with ", " between
 * them (RFC 9110, 5.3). Returns undefined if there is none, and null if one was skipped.
 */
export function fieldText(
	bytes: Uint8Array,
	lines: ArrayBufferLike,
	count: number,
	name: string,
): string | undefined | null {
	const starts = new Uint16Array(lines as ArrayBuffer);
	let text: string | undefined;
	for (
		let line = findField(bytes, lines, count, name, 0);
		line >= 0;
		line = findField(bytes, lines, count, name, line + 1)
	) {
		const start = starts[line] + name.length + 1;
		if (bytes[start] === SKIPPED) return null;
		const value = textOf(bytes, start, (line + 1 < count ? starts[line + 1] : bytes.length) - 2);
		text = text === undefined ? value : `${text}, ${value}`;
	}
	return text;
}

/** Returns the text of bytes without the blanks around it: UTF-8, or else Latin-1. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
	while (start < end && isBlank(bytes[start])) start++;
	while (end > start && isBlank(bytes[end - 1])) end--;
	const text = bytes.subarray(start, end);
	return utf8(text) ?? latin1(text);
}

/**
 * Returns the text with A to Z in lower case, and all other characters unchanged. The engine's own `toLowerCase` follows
 * Unicode: it turns the Kelvin sign into a k, so that this server would take one text for another, while a proxy in front of it
 * does not.
 */
export function lowerCase(text: string): string {
	const bytes = utf8Of(text);
	for (let at = 0; at < bytes.length; at++) bytes[at] = lower(bytes[at]);
	return String.fromArrayBuffer(bytes.buffer);
}

/**
 * Reports whether field lines as they are sent, each "Name: value" and CRLF, have a field of that name, in any case. The names
 * and values must be valid.
 */
export function hasField(lines: string, name: string): boolean {
	return lineOf(lines, name) >= 0;
}

/** Returns the first value of that name in such lines, or undefined if there is none. */
export function fieldOf(lines: string, name: string): string | undefined {
	const at = lineOf(lines, name);
	return at < 0 ? undefined : lines.slice(at + name.length + 2, lines.indexOf("\r\n", at));
}

/** Returns such lines with one more at their end. Returns undefined if the name is not a token, or the value has control characters. */
export function withField(lines: string, name: string, value: string | number): string | undefined {
	const text = String(value);
	// A line end in a value would begin more fields, or another response (response splitting).
	return isAll(TOKEN, name) && (text === "" || isAll(VALUE, text)) ? `${lines}${name}: ${text}\r\n` : undefined;
}

/** Returns such lines without those of a name. */
export function withoutField(lines: string, name: string): string {
	for (let at = lineOf(lines, name); at >= 0; at = lineOf(lines, name))
		lines = lines.slice(0, at) + lines.slice(lines.indexOf("\r\n", at) + 2);
	return lines;
}

/** Returns where the first line of that name begins, or -1. */
function lineOf(lines: string, name: string): number {
	const wanted = `${lowerCase(name)}: `;
	for (let at = 0; at < lines.length; at = lines.indexOf("\r\n", at) + 2)
		if (lowerCase(lines.slice(at, at + wanted.length)) === wanted) return at;
	return -1;
}
