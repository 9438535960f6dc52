import type { Body } from "./body.ts";
import type { HeadersInit } from "./headers.ts";
import { Message } from "./message.ts";
import { isUpgradedProtocol, type UpgradedProtocol } from "./upgraded-protocol.ts";

export interface ResponseInit {
	/** Default: 200. Must be 101 for a body that is an UpgradedProtocol, except in RTSP. */
	readonly status?: number;
	readonly headers?: HeadersInit | undefined;
	/** "close": the connection ends with the stream, which is not chunked, as MJPEG viewers need it. */
	readonly framing?: "close";
}

/**
 * A handler's answer. The body is text, bytes, or a stream of blocks: an async iterable, or a BodySource. A stream with
 * a Content-Length field is sent as that many bytes; other streams are chunked.
 *
 * A response of text or bytes can be kept and sent any number of times, a stream once.
 *
 * @example
 * router.get("/hello", () => new Response("hello\n"));
 * router.get("/ticks", () => new Response(ticks(), { headers: { "Content-Type": "text/event-stream" } }));
 */
export class Response extends Message {
	readonly status: number;
	readonly framing: "close" | undefined;

	/**
	 * Throws a RangeError if the status is not 200 to 599 (or 101 with an UpgradedProtocol), and a TypeError if a
	 * header field is invalid.
	 */
	constructor(body: Body = null, init: ResponseInit = {}) {
		super(body, init.headers);
		const { status = 200 } = init;
		if (status === 101 ? !isUpgradedProtocol(body) : !Number.isInteger(status) || status < 200 || status > 599)
			throw new RangeError(`invalid status ${status}`);
		this.status = status;
		this.framing = init.framing;
	}

	/**
	 * Creates a response with the value as JSON. Its type is application/json unless `init` names another. Throws as
	 * the constructor does, and a TypeError if JSON.stringify cannot write the value. The compiler refuses a promise, which
	 * would become "{}".
	 */
	static json<T>(value: T extends PromiseLike<unknown> ? never : T, init: ResponseInit = {}): Response {
		return ofType("application/json", JSON.stringify(value), init);
	}

	/**
	 * Creates a response with a page of HTML in UTF-8. Its type is text/html unless `init` names another. Throws as the
	 * constructor does.
	 */
	static html(text: string, init: ResponseInit = {}): Response {
		return ofType("text/html; charset=utf-8", text, init);
	}

	/** The protocol that takes over the connection, if there is one. */
	get protocol(): UpgradedProtocol | undefined {
		const { stream } = this;
		return stream !== undefined && isUpgradedProtocol(stream) ? stream : undefined;
	}

	/** Whether the protocol that takes over the connection has a handler that goes on. */
	get takesHandler(): boolean {
		return this.protocol !== undefined && this.protocol.passive !== true;
	}
}

/** Creates a response of the given type, unless its headers name another. */
function ofType(type: string, text: string, init: ResponseInit): Response {
	const response = new Response(ArrayBuffer.fromString(text), init);
	if (!response.headers.has("content-type")) response.headers.set("Content-Type", type);
	return response;
}
