import type { Body } from "./body.ts";
import type { HeadersInit } from "./headers.ts";
import { Message } from "./message.ts";
import { isUpgradedProtocol, type UpgradedProtocol } from "./upgraded-protocol.ts";

export interface ResponseInit {
	/** 200 unless told. 101 for a body that is a Protocol. */
	readonly status?: number;
	readonly headers?: HeadersInit | undefined;
	/** "close": a stream that ends with the connection instead of being chunked, as MJPEG viewers need it. */
	readonly framing?: "close";
}

/**
 * What a handler answers with. The body is text, bytes, or a stream of blocks: an async iterable, or
 * a BodySource. A stream with a Content-Length field is sent as that many bytes; others are chunked.
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

	constructor(body: Body = null, init: ResponseInit = {}) {
		super(body, init.headers);
		const { status = 200 } = init;
		if (status === 101 ? !isUpgradedProtocol(body) : !Number.isInteger(status) || status < 200 || status > 599)
			throw new RangeError(`invalid status ${status}`);
		this.status = status;
		this.framing = init.framing;
	}

	static json(value: unknown, init: ResponseInit = {}): Response {
		return ofType("application/json", JSON.stringify(value), init);
	}

	static html(text: string, init: ResponseInit = {}): Response {
		return ofType("text/html; charset=utf-8", text, init);
	}

	/** What takes the connection over. */
	get protocol(): UpgradedProtocol | undefined {
		return this.status === 101 ? (this.stream as UpgradedProtocol) : undefined;
	}
}

/** Of a type, unless its headers name another. */
function ofType(type: string, text: string, init: ResponseInit): Response {
	const response = new Response(ArrayBuffer.fromString(text), init);
	if (!response.headers.has("content-type")) response.headers.set("Content-Type", type);
	return response;
}
