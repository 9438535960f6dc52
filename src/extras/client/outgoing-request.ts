import type { Body } from "yieldcam/http/body";
import { isToken } from "yieldcam/http/syntax/characters";
import { contentLength, withoutFraming } from "yieldcam/http/engine/response-head";
import { withoutField } from "yieldcam/http/syntax/scan";
import type { HeadersInit } from "yieldcam/http/headers";
import { Message } from "yieldcam/http/message";
import { isTarget } from "./url.ts";

/**
 * An outgoing request. Its body works like that of a response: a stream with a Content-Length field is sent with that
 * length, other streams are chunked.
 */
export class OutgoingRequest extends Message {
	readonly method: string;
	readonly target: string;

	/** Throws a TypeError if the method, the target or a field is invalid. */
	constructor(method: string, target: string, body: Body, headers: HeadersInit | undefined) {
		super(body, headers);
		if (!isToken(method)) throw new TypeError(`invalid method ${JSON.stringify(method)}`);
		if (!isTarget(target)) throw new TypeError(`invalid target ${JSON.stringify(target)}: a path, percent-encoded`);
		this.method = method;
		this.target = target;
	}

	/** Whether a server may receive the request twice without harm (RFC 9110, 9.2.2). */
	get idempotent(): boolean {
		switch (this.method) {
			case "GET":
			case "HEAD":
			case "PUT":
			case "DELETE":
			case "OPTIONS":
			case "TRACE":
				return true;
			default:
				return false;
		}
	}

	/**
	 * Encodes the head and the framing of the body. Throws a TypeError for an impossible Content-Length.
	 * @param authority Value of the Host field.
	 */
	encodeHead(authority: string): { readonly head: ArrayBuffer; readonly chunked: boolean; readonly length: number } {
		const { method, headers } = this;
		const pieces = [
			`${method} ${this.target} HTTP/1.1\r\nHost: ${authority}\r\n`,
			withoutField(withoutFraming(headers), "Host"),
		];
		const length = contentLength(this, method);
		const chunked = length === Infinity;
		if (chunked) pieces.push("Transfer-Encoding: chunked\r\n");
		// RFC 9110, 8.6: a length of 0 is sent only if content would have a meaning.
		else if (length > 0 || method === "POST" || method === "PUT" || method === "PATCH")
			pieces.push(`Content-Length: ${length}\r\n`);
		pieces.push("\r\n");
		return { head: ArrayBuffer.fromString(pieces.join("")), chunked, length };
	}
}
