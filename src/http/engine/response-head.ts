import { lowerCase } from "../syntax/ascii.ts";
import type { Message } from "../message.ts";
import { isLength } from "../syntax/message-framing.ts";
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
 * @throws TypeError if the Content-Length field is not a length.
 */
export function encodeHead(response: Response, method: string, version: "1.0" | "1.1", persistent: boolean): Framing {
	const { status, headers } = response;
	const lines = [`HTTP/1.1 ${status} ${reasonPhrase(status)}`];
	headers.forEach((value, name) => {
		if (!isFraming(name)) lines.push(`${name}: ${value}`);
	});

	const upgraded = status === 101;
	const empty = status === 204 || status === 304;
	const length = upgraded ? Infinity : empty ? 0 : contentLength(response, method);
	if (!upgraded) {
		// A cache between the two may answer other clients with a response that does not say this (RFC 9111, 4.2.2): a
		// command would then have no effect.
		if (!headers.has("cache-control")) lines.push("Cache-Control: no-store");
		// Otherwise nginx keeps a stream's blocks until they fill its buffer.
		if (length === Infinity && !headers.has("x-accel-buffering")) lines.push("X-Accel-Buffering: no");
	}
	let chunked = false;
	if (upgraded) persistent = false;
	else if (!empty) {
		// RFC 9110, 8.6: no Content-Length in 1xx and 204
		if (length !== Infinity) lines.push(`Content-Length: ${length}`);
		else if (response.framing !== "close" && version === "1.1") {
			chunked = true;
			lines.push("Transfer-Encoding: chunked");
		} else persistent = false;
	}

	if (lowerCase(headers.get("connection") ?? "") === "close") persistent = false;
	const options = upgraded ? [] : !persistent ? ["close"] : version === "1.0" ? ["keep-alive"] : [];
	if (headers.has("upgrade"))
		// RFC 9110, 7.8: it goes from hop to hop, and a proxy in between must know
		options.push("Upgrade");
	if (options.length > 0) lines.push(`Connection: ${options.join(", ")}`);
	lines.push("\r\n");
	const content = upgraded || (!empty && method !== "HEAD");
	return { head: ArrayBuffer.fromString(lines.join("\r\n")), content, length, chunked, persistent };
}

/** Reports whether the server, not a handler, decides what a field says, because it frames the message. */
export function isFraming(name: string): boolean {
	const lower = lowerCase(name);
	return lower === "content-length" || lower === "transfer-encoding" || lower === "connection";
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
