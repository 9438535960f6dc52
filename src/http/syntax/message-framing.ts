import { isBlank, lowerCase, trimBlanks } from "./ascii.ts";
import { utf8Of } from "./bytes.ts";
import { isDigits } from "./characters.ts";
import type { ReceivedHeaders } from "../received-headers.ts";

/**
 * What the fields of a received message, request or response, say of its end, and of the connection's.
 * The values come from a peer and may be as long as the head: they are walked, never split.
 */

const COMMA = 0x2c;

/** In place of a length. */
export const CHUNKED = -1;

/** The longest Content-Length that is exact as a number. */
const LENGTH_DIGITS = 15;

/**
 * Where the content ends must be beyond doubt (RFC 9112, 6.3): two readings of one message are what
 * request smuggling is made of. Repeated Content-Length is refused even where the values agree.
 */
export function framingFault(version: "1.0" | "1.1", headers: ReceivedHeaders): number {
	const lengths = headers.getAll("content-length");
	const field = headers.get("transfer-encoding");
	if (field === undefined) return lengths.length > 1 || (lengths.length === 1 && !isLength(lengths[0])) ? 400 : 0;
	if (lengths.length > 0 || version === "1.0") return 400;
	const coding = lowerCase(field);
	if (coding === "chunked") return 0;
	// Chunked over a coding that we don't know is well-formed (501); any other end leaves the length open.
	const last = coding.indexOf("chunked");
	return last + 7 === coding.length && ", \t".includes(coding[last - 1]) ? 501 : 400;
}

/** Bytes of content, or CHUNKED; undefined where the fields, in which there is no fault, say neither. */
export function sizeOf(headers: ReceivedHeaders): number | undefined {
	if (headers.has("transfer-encoding")) return CHUNKED;
	const length = headers.get("content-length");
	return length === undefined ? undefined : Number(length);
}

/** Whether the sender keeps the connection for another request (RFC 9112, 9.3). */
export function isPersistent(version: "1.0" | "1.1", headers: ReceivedHeaders): boolean {
	const connection = headers.get("connection") ?? "";
	return !hasToken(connection, "close") && (version === "1.1" || hasToken(connection, "keep-alive"));
}

/** Whether a text is a Content-Length that is exact as a number. */
export function isLength(text: string): boolean {
	return isDigits(text) && text.length <= LENGTH_DIGITS;
}

/** Whether a comma-separated list (RFC 9110, 5.6.1) has this member, case ignored. */
export function hasToken(list: string, token: string): boolean {
	return someMember(list, (member) => lowerCase(member) === token);
}

/**
 * Whether a comma-separated list (RFC 9110, 5.6.1) has a member of which this is true; empty ones are none. A peer's list may be
 * four thousand commas: XS walks from a string's start for each place in it, so the walk is over bytes.
 */
export function someMember(list: string, test: (member: string) => boolean): boolean {
	if (!list.includes(",")) return test(trimBlanks(list));
	const bytes = utf8Of(list),
		{ length } = bytes;
	for (let at = 0; at < length; at++) {
		if (bytes[at] === COMMA || isBlank(bytes[at])) continue;
		const comma = bytes.indexOf(COMMA, at);
		const end = comma < 0 ? length : comma;
		if (test(trimBlanks(String.fromArrayBuffer(bytes.buffer, at, end - at)))) return true;
		at = end;
	}
	return false;
}
