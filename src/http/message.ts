import type { Body, BodyOwner, BodySource, Stream } from "./body.ts";
import { Headers, type HeadersInit } from "./headers.ts";
import type { Bytes } from "./io.ts";
import { IterableSource } from "./iterable-source.ts";
import type { Reporter } from "./reporter.ts";

/** What a program hears that gives, as `any`, what the compiler would refuse. */
const NO_BODY = "a body is text, bytes or an async iterable: await a promise, and use Response.json for an object";

/**
 * The common parts of a request or response to be sent: header fields, and a body of text, bytes, or a stream of
 * blocks. Text and bytes can be sent any number of times, a stream once.
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
		else if ((body as Partial<Bytes>).byteLength !== undefined) this.#bytes = body as Bytes;
		else if (isStream(body)) this.#stream = body;
		else throw new TypeError(NO_BODY);
	}

	/** The body, if it is not a stream. */
	get bytes(): Bytes | undefined {
		return this.#bytes;
	}

	/** Reports whether the blocks come from the program's own iterator, whose use of the heap is unknown. */
	get generated(): boolean {
		return this.#stream !== undefined && !("pull" in this.#stream);
	}

	/** Bytes of the heap that the body takes. A body in flash, or in a driver's memory, is not an ArrayBuffer. */
	get heapBytes(): number {
		const bytes = this.#bytes ?? (this.#stream as BodySource | undefined)?.whole;
		return bytes instanceof ArrayBuffer || bytes instanceof Uint8Array ? bytes.byteLength : 0;
	}

	/** Implements `BodySource.slots`. */
	get streamSlots(): number {
		return (this.#stream as BodySource | undefined)?.slots ?? 0;
	}

	/** The body, if it is a stream, whether or not it was handed over. */
	protected get stream(): Stream | undefined {
		return this.#stream;
	}

	/**
	 * Hands over the stream. The caller must close it. Returns undefined if the body is not a stream. Throws a
	 * TypeError if the stream was handed over before.
	 * @param owner Receives the errors that nobody waits for any more.
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

	/** Reports whether it can be sent, or sent again if it was sent before. */
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

	freeMemory(): boolean {
		return false;
	}

	abort(): void {}
}

function isStream(body: Exclude<Body, string | null>): body is Stream {
	// A number has no members.
	return typeof body === "object" && ("pull" in body || "open" in body || Symbol.asyncIterator in body);
}
