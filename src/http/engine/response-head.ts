import type { Headers } from "../headers.ts";
import type { Message } from "../message.ts";
import { isLength } from "../syntax/message-framing.ts";
import { lowerCase, withoutField } from "../syntax/scan.ts";
import type { ReceivedHeaders } from "../received-headers.ts";
import type { Response } from "../response.ts";
import type { MessageFraming } from "./sender.ts";
import { reasonPhrase } from "../status.ts";

/** How a response is put on the wire. */
export interface Framing extends MessageFraming {
	/** Whether any content follows. None does for HEAD, 204 and 304. */
	readonly content: boolean;
	/** Whether the connection is kept. If not, the end of the content may be the end of the connection. */
	readonly persistent: boolean;
}

/**
 * Chooses the framing (RFC 9112, 6): the length if it is known, else chunked coding, else (HTTP/1.0, or if the handler
 * asks for it) the end of the connection. HEAD gets the head that GET would get.
 *
 * There is no Date field. RFC 9110, 6.6.1 forbids it to a server without a clock, as a board is until somebody sets
 * one, and no handler here depends on it.
 *
 * @param persistent Whether the request and the state of the connection allow another request.
 * @param received The request's fields, if it could be read.
 * @throws TypeError if the Content-Length field is not a length.
 */
export function encodeHead(
	response: Response,
	method: string,
	version: "1.0" | "1.1",
	persistent: boolean,
	received?: Pick<ReceivedHeaders, "has">,
): Framing {
	const { status, headers } = response,
		connection = headers.get("connection");
	const pieces = ["HTTP/1.1 ", String(status), " ", reasonPhrase(status), "\r\n", withoutFraming(headers)];

	const upgraded = status === 101;
	const empty = status === 204 || status === 304;
	const length = upgraded ? Infinity : empty ? 0 : contentLength(response, method);
	if (!upgraded) {
		// A cache between the two may answer other clients with a response that does not say this (RFC 9111, 4.2.2): a
		// command would then have no effect.
		// A proxy that compresses a stream may keep its blocks until the compressor has enough (RFC 9111, 5.2.2.6).
		if (!headers.has("Cache-Control"))
			pieces.push("Cache-Control: no-store", length === Infinity ? ", no-transform\r\n" : "\r\n");
		if (length === Infinity) {
			// Otherwise nginx keeps a stream's blocks until they fill its buffer.
			if (!headers.has("X-Accel-Buffering")) pieces.push("X-Accel-Buffering: no\r\n");
			// Caddy 2.6, which Debian 12 and 13 have, does not know no-transform, and compresses without flushing. Only a
			// coding keeps it from that. RFC 9110, 8.4.1 advises against naming this one, so it is for proxies alone.
			if (received?.has("X-Forwarded-For") && !headers.has("Content-Encoding"))
				pieces.push("Content-Encoding: identity\r\n");
		}
	}
	let chunked = false;
	if (upgraded) persistent = false;
	else if (!empty) {
		// RFC 9110, 8.6: no Content-Length in 1xx and 204
		if (length !== Infinity) pieces.push("Content-Length: ", String(length), "\r\n");
		else if (response.framing !== "close" && version === "1.1") {
			chunked = true;
			pieces.push("Transfer-Encoding: chunked\r\n");
		} else persistent = false;
	}

	if (connection !== undefined && lowerCase(connection) === "close") persistent = false;
	const option = upgraded || (persistent && version === "1.1") ? "" : persistent ? "keep-alive" : "close";
	// RFC 9110, 7.8: Upgrade goes from hop to hop, and a proxy in between must know.
	if (headers.has("Upgrade")) pieces.push("Connection: ", option, option && ", ", "Upgrade\r\n");
	else if (option) pieces.push("Connection: ", option, "\r\n");
	pieces.push("\r\n");
	const content = upgraded || (!empty && method !== "HEAD");
	return { head: ArrayBuffer.fromString(pieces.join("")), content, length, chunked, persistent };
}

/** Returns the field lines without those that the server, not a handler, decides, because it frames the message. */
export function withoutFraming(headers: Headers): string {
	return withoutField(withoutField(withoutField(headers.text, "Content-Length"), "Transfer-Encoding"), "Connection");
}

/**
 * Bytes of a message's body; Infinity if neither the body nor the fields tell. Throws a TypeError if the Content-Length
 * field is not a length.
 */
export function contentLength(message: Message, method: string): number {
	const declared = message.headers.get("content-length");
	// A handler of HEAD may know the length without having the content.
	if (message.bytes && (declared === undefined || method !== "HEAD")) return message.bytes.byteLength;
	if (declared === undefined) return Infinity;
	if (!isLength(declared)) throw new TypeError(`invalid Content-Length ${declared}`);
	return Number(declared);
}
