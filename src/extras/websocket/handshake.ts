import { base64, isBase64 } from "yieldcam/http/syntax/base64";
import { hasToken, someMember } from "yieldcam/http/syntax/message-framing";
import { HttpError } from "yieldcam/http/http-error";
import type { Request } from "yieldcam/http/request";
import { sha1 } from "./sha1.ts";

const VERSION = "13";
const KEY_LENGTH = 16;
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/**
 * Returns the key of a request that opens a WebSocket (RFC 6455, 4.2.1). For any other request it throws the HttpError
 * to answer with.
 */
export function handshakeKey(request: Request): string {
	const { headers, method, version } = request;
	if (method !== "GET") throw new HttpError(405, undefined, { Allow: "GET" });
	// RFC 9110, 7.8: the Upgrade field is ignored in HTTP/1.0.
	if (version !== "1.1" || !hasToken(headers.get("upgrade") ?? "", "websocket"))
		throw new HttpError(426, "this is a WebSocket", { Upgrade: "websocket", "Sec-WebSocket-Version": VERSION });
	if (!hasToken(headers.get("connection") ?? "", "upgrade"))
		throw new HttpError(400, "Upgrade without Connection: Upgrade");
	if (headers.get("sec-websocket-version") !== VERSION)
		// RFC 6455, 4.4
		throw new HttpError(426, "unknown WebSocket version", {
			Upgrade: "websocket",
			"Sec-WebSocket-Version": VERSION,
		});
	const key = headers.get("sec-websocket-key") ?? "";
	if (!isBase64(key, KEY_LENGTH)) throw new HttpError(400, "malformed Sec-WebSocket-Key");
	return key;
}

/** Sec-WebSocket-Accept (RFC 6455, 4.2.2). */
export function acceptOf(key: string): string {
	return base64(sha1(new Uint8Array(ArrayBuffer.fromString(key + GUID))));
}

/**
 * Returns the first of our subprotocols that the client offers, compared with case; undefined if there is none. The
 * client then decides whether to continue.
 */
export function commonSubprotocol(offered: string | undefined, ours: readonly string[]): string | undefined {
	if (offered === undefined) return undefined;
	// One walk over the list, however many names there are: a client may send two thousand.
	let first = ours.length;
	someMember(offered, (member) => {
		const index = ours.indexOf(member);
		if (index >= 0 && index < first) first = index;
		return first === 0;
	});
	return ours[first];
}
