import type { Response } from "../response.ts";
import { isDigits } from "../syntax/characters.ts";
import { contentLength, type Framing, withoutFraming } from "./response-head.ts";
import { reasonPhrase } from "../status.ts";

/** Header fields, as far as they are needed here. */
interface Fields {
	getShort(name: string, most: number): string | undefined;
}

/** Digits of the longest sequence number that is echoed: RFC 2326, 12.17 has no limit, and clients count from 0 or 1. */
const DIGITS = 10;

/** Returns the line that tells which request a response belongs to (RFC 2326, 12.17), or "" if the request has no number. */
export function sequenceLine(fields: Fields): string {
	const number = fields.getShort("cseq", DIGITS);
	return number !== undefined && isDigits(number) ? `CSeq: ${number}\r\n` : "";
}

/**
 * Writes the head of a response of RTSP (RFC 2326, 7). Content always has a length. After the response that begins a session,
 * requests and responses go on, beside the packets.
 *
 * @param request The request's fields, if they could be read.
 * @throws TypeError if the Content-Length field is not a length.
 */
export function encodeRtspHead(response: Response, request: Fields | undefined, persistent: boolean): Framing {
	const { headers, protocol, status } = response;
	const pieces = [
		"RTSP/1.0 ",
		String(status),
		" ",
		reasonPhrase(status),
		"\r\n",
		request ? sequenceLine(request) : "",
		withoutFraming(headers),
	];
	const length = protocol ? Infinity : contentLength(response, "");
	// Not for a body without a length, which ends with the connection: none of the firmware's has that here.
	if (length !== Infinity && length > 0) pieces.push("Content-Length: ", String(length), "\r\n");
	persistent = persistent && length !== Infinity;
	if (!persistent && !protocol) pieces.push("Connection: close\r\n");
	pieces.push("\r\n");
	return { head: ArrayBuffer.fromString(pieces.join("")), content: true, length, chunked: false, persistent };
}
