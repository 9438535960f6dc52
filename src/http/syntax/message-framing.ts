import { isBlank, trimBlanks } from "./ascii.ts";
import { lowerCase } from "./scan.ts";
import { utf8Of } from "./bytes.ts";
import { isDigits } from "./characters.ts";
import type { ReceivedHeaders } from "../received-headers.ts";

/**
 * What the fields of a received message, request or response, say about its end and about the connection's. The values
 * come from a peer and may be as long as the head, so this walks them and never splits them.
 */

const COMMA = 0x2c;

/** Stands for the length of chunked content. */
export const CHUNKED = -1;

/** Digits of the longest Content-Length that is exact as a number. */
const LENGTH_DIGITS = 15;

/**
 * Returns why to refuse a message whose fields leave open where the content ends (RFC 9112, 6.3): a reason for 400, or the status
 * 501. Undefined if they do not. Two readings of one message make request smuggling possible. Repeated Content-Length is refused
 * even if the values agree.
 */
export function framingFault(version: "1.0" | "1.1", headers: ReceivedHeaders): string | 501 | undefined {
	const lengths = headers.getAll("content-length");
	const field = headers.get("transfer-encoding");
	if (field === undefined)
		return lengths.length > 1 || (lengths.length === 1 && !isLength(lengths[0]))
			? "Content-Length must be one number"
			: undefined;
	if (lengths.length > 0) return "Content-Length and Transfer-Encoding exclude each other";
	if (version === "1.0") return "HTTP/1.0 has no Transfer-Encoding";
	const coding = lowerCase(field);
	if (coding === "chunked") return undefined;
	// Chunked over an unknown coding is well-formed (501); any other ending leaves the length open.
	const last = coding.indexOf("chunked");
	return last + 7 === coding.length && ", \t".includes(coding[last - 1]) ? 501 : "Transfer-Encoding must be chunked";
}

/** Returns the bytes of content, or CHUNKED, or undefined if the fields say neither. The fields must have no fault. */
export function sizeOf(headers: ReceivedHeaders): number | undefined {
	if (headers.has("transfer-encoding")) return CHUNKED;
	const length = headers.get("content-length");
	return length === undefined ? undefined : Number(length);
}

/** Reports whether the sender keeps the connection for another request (RFC 9112, 9.3). */
export function isPersistent(version: "1.0" | "1.1", headers: ReceivedHeaders): boolean {
	const connection = headers.get("connection") ?? "";
	return !hasToken(connection, "close") && (version === "1.1" || hasToken(connection, "keep-alive"));
}

/** Reports whether a text is a Content-Length that is exact as a number. */
export function isLength(text: string): boolean {
	return isDigits(text) && text.length <= LENGTH_DIGITS;
}

/** Reports whether a comma-separated list (RFC 9110, 5.6.1) has this member, ignoring case. */
export function hasToken(list: string, token: string): boolean {
	return someMember(list, (member) => lowerCase(member) === token);
}

/**
 * Reports whether a member of a comma-separated list (RFC 9110, 5.6.1) passes a test. Empty members do not count. A
 * peer's list may be four thousand commas, and XS walks from a string's start for each position in it, so this walks
 * over bytes.
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
