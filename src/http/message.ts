import type { Body, BodyOwner, BodySource, Stream } from "./body.ts";
import { Headers, type HeadersInit } from "./headers.ts";
import type { Bytes } from "./io.ts";
import { IterableSource } from "./iterable-source.ts";
import type { Reporter } from "./reporter.ts";

/**
 * What a message to be sent consists of, request or response: header fields, and a body of text, bytes,
 * or a stream of blocks. Text and bytes can be sent any number of times, a stream once.
 */
export class Message {
	readonly headers: Headers;
	#bytes: Bytes | undefined;
	#stream: Stream | undefined;
	#taken = false;

	constructor(body: Body, headers: HeadersInit | undefined) {
		this.headers = new Headers(headers);
		if (typeof body === "string") {
			this.#bytes = ArrayBuffer.fromString(body);
			if (!this.headers.has("content-type")) this.headers.set("Content-Type", "text/plain; charset=utf-8");
		} else if (body === null) this.#bytes = new ArrayBuffer(0);
		else if (isStream(body)) this.#stream = body;
		else this.#bytes = body;
	}

	/** The body, where it is not a stream. */
	get bytes(): Bytes | undefined {
		return this.#bytes;
	}

	/** Its blocks come from the program's own iterator, and what that takes of the heap is not known. */
	get generated(): boolean {
		return this.#stream !== undefined && !("pull" in this.#stream);
	}

	/** Bytes of the heap that the body takes. One in flash, or in a driver's memory, is no ArrayBuffer. */
	get heapBytes(): number {
		const bytes = this.#bytes ?? (this.#stream as BodySource | undefined)?.whole;
		return bytes instanceof ArrayBuffer || bytes instanceof Uint8Array ? bytes.byteLength : 0;
	}

	/** The body, where it is one, whether or not it was handed over. */
	protected get stream(): Stream | undefined {
		return this.#stream;
	}

	/**
	 * Hands over the stream: whoever takes it closes it.
	 * @param owner Takes the errors that nobody waits for any more.
	 */
	open(owner: BodyOwner): BodySource | undefined {
		const stream = this.#stream;
		if (!stream) return undefined;
		if (this.#taken) throw new TypeError("the stream of this body has been used");
		this.#taken = true;
		if (!("pull" in stream)) return "open" in stream ? stream.open(owner) : new IterableSource(stream, owner);
		stream.begin?.(owner);
		return stream;
	}

	/** Ends a stream that will not be sent. */
	close(reporter: Reporter): void {
		if (!this.#stream || this.#taken) return;
		try {
			this.open(new NoConnection(reporter))!.close();
		} catch (error) {
			reporter.report(error);
		}
	}

	/** Whether it can be sent, once more where it was sent before. */
	get sendable(): boolean {
		return !this.#taken;
	}
}

/** Owns a body that is opened only to be closed. */
class NoConnection implements BodyOwner {
	readonly #reporter: Reporter;

	constructor(reporter: Reporter) {
		this.#reporter = reporter;
	}

	report(error: unknown): void {
		this.#reporter.report(error);
	}

	hasRoom(): boolean {
		return false;
	}

	makeRoom(): boolean {
		return false;
	}

	abort(): void {}
}

function isStream(body: Exclude<Body, string | null>): body is Stream {
	return "pull" in body || "open" in body || Symbol.asyncIterator in body;
}
