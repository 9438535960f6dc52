import { ContentBuffer } from "yieldcam/http/engine/content-buffer";
import { DONE } from "yieldcam/http/syntax/field-section";
import type { Input } from "yieldcam/http/engine/input";
import { isPersistent } from "yieldcam/http/syntax/message-framing";
import { ClientResponse } from "./client-response.ts";
import type { ClientLimits } from "./limits.ts";
import { contentSize, type ResponseHead } from "./response-head.ts";
import { ResponseParser } from "./response-parser.ts";

/** Reads the response to one request: skips interim responses, then reads the final head and the content. */
export class ResponseReader {
	readonly #method: string;
	readonly #limits: ClientLimits;
	#parser: ResponseParser;
	#interim = 0;
	#head: ResponseHead | undefined;
	#content: ContentBuffer | undefined;
	#untilClose = false;

	constructor(method: string, limits: ClientLimits) {
		this.#method = method;
		this.#limits = limits;
		this.#parser = new ResponseParser(limits);
	}

	/** Reports whether any byte of a response has arrived. */
	get started(): boolean {
		return this.#parser.started || this.#interim > 0;
	}

	/** Reports whether the head has arrived, so that the content is next. */
	get headed(): boolean {
		return this.#head !== undefined;
	}

	/** Reports whether the connection can be used for another request, once the response is DONE. */
	get persistent(): boolean {
		return !this.#untilClose && isPersistent(this.#head!.version, this.#head!.headers);
	}

	/** The response, once it is DONE. */
	get response(): ClientResponse {
		const { status, headers } = this.#head!;
		return new ClientResponse(status, headers, this.#content!.bytes, this.#limits);
	}

	/**
	 * Consumes what belongs to the response. Returns MORE, DONE, or a status as from the server's parser: 400
	 * malformed, 413 too much content, 431 too large a head, 501 an unknown coding or another protocol, 505 not HTTP/1.
	 */
	read(input: Input): number {
		while (!this.#content) {
			const parser = this.#parser;
			const verdict = parser.parse(input.bytes);
			if (verdict !== DONE) return verdict;
			const head = parser.head(input.bytes);
			input.consume(parser.length);
			const fault = head.status < 200 ? this.skip(head) : this.begin(head);
			if (fault) return fault;
		}
		return this.#content.take(input);
	}

	/** Whether there is more to read from the input, in another turn. */
	get paused(): boolean {
		return this.#content?.paused ?? false;
	}

	/**
	 * Handles the end of the connection. Returns whether the response is complete now: content without a size ends with
	 * the connection, and nothing tells whether that is all (RFC 9112, 8). ECMA-419 reports a reset and a FIN alike.
	 */
	end(): boolean {
		return this.#untilClose;
	}

	private skip({ status }: ResponseHead): number {
		if (status === 101) return 501; // no request asked for another protocol
		if (++this.#interim > this.#limits.interim) return 400;
		this.#parser = new ResponseParser(this.#limits);
		return 0;
	}

	private begin(head: ResponseHead): number {
		const size = contentSize(head, this.#method);
		if (size === undefined) return 400;
		if (size > this.#limits.content && size !== Infinity) return 413;
		this.#head = head;
		this.#untilClose = size === Infinity;
		this.#content = new ContentBuffer(size, this.#limits);
		return 0;
	}
}

/** Returns the error for the verdict on a response. */
export function faultOf(
	verdict: number,
	limits: ClientLimits,
): { readonly reason: "malformed" | "too large"; readonly text: string } {
	switch (verdict) {
		case 413:
			return { reason: "too large", text: `the content of the response is larger than ${limits.content} bytes` };
		case 431:
			return {
				reason: "too large",
				text: `the head of the response is larger than ${limits.head} bytes or ${limits.fields} fields`,
			};
		case 501:
			return { reason: "malformed", text: "the response is in another protocol or coding" };
		case 505:
			return { reason: "malformed", text: "the response is not HTTP/1" };
		default:
			return { reason: "malformed", text: "the response is malformed" };
	}
}
