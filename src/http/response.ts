import type { Block, Body, BodySource } from "./body.ts";
import { Headers, type HeadersInit } from "./headers.ts";
import type { Bytes } from "./io.ts";
import { IterableSource } from "./iterable-source.ts";
import { isProtocol, type Protocol } from "./protocol.ts";

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
export class Response {
	readonly status: number;
	readonly headers: Headers;
	readonly framing: "close" | undefined;
	#bytes: Bytes | undefined;
	#stream: AsyncIterable<Block | string> | BodySource | undefined;
	#taken = false;

	constructor(body: Body = null, init: ResponseInit = {}) {
		const { status = 200 } = init;
		if (status === 101 ? !isProtocol(body) : !Number.isInteger(status) || status < 200 || status > 599)
			throw new RangeError(`invalid status ${status}`);
		this.status = status;
		this.headers = new Headers(init.headers);
		this.framing = init.framing;
		if (typeof body === "string") {
			this.#bytes = ArrayBuffer.fromString(body);
			if (!this.headers.has("content-type"))
				this.headers.set("Content-Type", "text/plain; charset=utf-8");
		}
		else if (body === null)
			this.#bytes = new ArrayBuffer(0);
		else if (isStream(body))
			this.#stream = body;
		else
			this.#bytes = body;
	}

	static json(value: unknown, init: ResponseInit = {}): Response {
		const response = new Response(ArrayBuffer.fromString(JSON.stringify(value)), init);
		if (!response.headers.has("content-type"))
			response.headers.set("Content-Type", "application/json");
		return response;
	}

	/** What takes the connection over. */
	get protocol(): Protocol | undefined {
		return this.status === 101 ? this.#stream as Protocol : undefined;
	}

	/** The body, where it is not a stream. */
	get bytes(): Bytes | undefined {
		return this.#bytes;
	}

	/**
	 * Hands over the stream: whoever takes it closes it.
	 * @param report Told of errors that nobody waits for any more.
	 */
	open(report: (error: unknown) => void): BodySource | undefined {
		const stream = this.#stream;
		if (!stream)
			return undefined;
		if (this.#taken)
			throw new TypeError("the response's stream has been used");
		this.#taken = true;
		return "pull" in stream ? stream : new IterableSource(stream, report);
	}

	/** Ends a stream that will not be sent. */
	close(report: (error: unknown) => void): void {
		if (!this.#stream || this.#taken)
			return;
		try {
			this.open(report)!.close();
		}
		catch (error) {
			report(error);
		}
	}
}

function isStream(body: Exclude<Body, string | null>): body is AsyncIterable<Block | string> | BodySource {
	return "pull" in body || Symbol.asyncIterator in body;
}
