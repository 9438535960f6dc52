import { Budget } from "./budget.ts";
import { type BlockSink, ContentBuffer, type ContentMemory, SMALL_CONTENT } from "./content-buffer.ts";
import { DONE, MORE } from "../syntax/field-section.ts";
import { HttpError } from "../http-error.ts";
import { tooLarge } from "../syntax/head.ts";
import type { Input } from "./input.ts";
import type { Limits } from "../limits.ts";

/** The exchange whose content it is. */
export interface ContentOwner extends ContentMemory {
	/** Called when a handler first asks for content that has not arrived. */
	contentWanted(): void;
	/** Called when a handler takes content in blocks again. */
	contentResumed(): void;
	/** Ensures that the heap has room for what a handler makes of content of this many bytes. Returns false if it has not. */
	freeMemory(length: number): boolean;
}

/**
 * The content of one request. It stays in the socket, and the client waits, until a handler asks for it. A handler that
 * never asks costs nothing.
 */
export class Content {
	readonly #buffer: ContentBuffer;
	readonly #discardable: number;
	readonly #most: number;
	/** What the handler's sink has thrown. */
	#thrown: unknown;
	readonly #owner: ContentOwner | undefined;
	/** Bytes received at the last sweep, and whether too few have arrived since the one before. */
	#receivedAtSweep = -1;
	#stalled = false;
	#discard = false;
	#failure = 0;
	/** Why it failed, for the client. Undefined if the status says it all. */
	#reason: string | undefined;
	#whole: Promise<Uint8Array> | undefined;
	#resolve: ((bytes: Uint8Array) => void) | undefined;
	#reject: ((error: HttpError) => void) | undefined;

	/** Whether all of it has been taken from the input. */
	complete = false;

	/**
	 * @param length Bytes, from the request's head; or CHUNKED.
	 * @param owner Learns when a handler asks for the content.
	 */
	constructor(length: number, limits: Limits, owner?: ContentOwner, budget = new Budget(Infinity)) {
		this.#buffer = new ContentBuffer(length, limits, budget, owner);
		this.#discardable = limits.maxDiscard;
		this.#most = limits.content;
		this.#owner = owner;
	}

	/** Reports whether a handler has asked for it. */
	get wanted(): boolean {
		return this.#whole !== undefined;
	}

	/** Reports whether it was given up. */
	get failed(): boolean {
		return this.#failure !== 0;
	}

	/** Reports whether a handler takes it in blocks. */
	get streamed(): boolean {
		return this.#buffer.sink !== undefined;
	}

	/** Reports whether a handler that takes it in blocks wants no more for now. */
	get held(): boolean {
		return this.#buffer.held && this.awaited;
	}

	/** Reports whether a handler waits for more of it. */
	get awaited(): boolean {
		return this.wanted && !this.complete && !this.#discard && this.#failure === 0;
	}

	/** Reports whether a handler waits for more of it, and little has arrived for a sweep. */
	get stalled(): boolean {
		return this.#stalled && this.awaited;
	}

	/**
	 * Counts one sweep.
	 *
	 * @param minimumRate Bytes. Content of which fewer have arrived since the last sweep is stalled.
	 */
	sweep(minimumRate: number): void {
		const { received } = this.#buffer;
		if (this.held) {
			this.#receivedAtSweep = -1;
			this.#stalled = false;
			return;
		}
		this.#stalled = this.#receivedAtSweep >= 0 && received - this.#receivedAtSweep < minimumRate;
		this.#receivedAtSweep = received;
	}

	/** Bytes still to come; Infinity for chunked content, whose length nobody knows. */
	get left(): number {
		return this.#buffer.left;
	}

	/** How many bytes have been taken from the input. */
	get received(): number {
		return this.#buffer.received;
	}

	/** Whether there is more to take from the input, in another turn. */
	get paused(): boolean {
		return this.#buffer.paused;
	}

	/** Bytes of memory that it holds. */
	get heldBytes(): number {
		return this.#buffer.heldBytes;
	}

	/**
	 * Reports whether the rest can be read and discarded, so that the connection serves another request. It cannot if
	 * the content is chunked, since nobody knows how much is left.
	 */
	get disposable(): boolean {
		return this.complete || (this.#failure === 0 && this.left <= this.#discardable);
	}

	/**
	 * Returns the whole content, however often it is called. Rejects with an HttpError if the content is malformed, too
	 * large or too slow, or if the client disconnected.
	 */
	read(): Promise<Uint8Array> {
		if (!this.#whole) {
			this.#whole = new Promise((resolve, reject) => {
				this.#resolve = resolve;
				this.#reject = reject;
			});
			// A handler may ask and then not wait. That must not become an unhandled rejection.
			this.#whole.catch(() => {});
			if (!this.streamed && this.left > this.#most && this.left !== Infinity)
				this.fail(413, tooLarge(this.#most));
			this.settle();
			if (this.awaited) this.#owner?.contentWanted();
		}
		return this.#whole;
	}

	/**
	 * Passes the content to `sink`, in blocks, as it arrives, and resolves when all of it was passed. Rejects as `read` does, and
	 * with what the sink throws. Must be called before `read`.
	 */
	stream(sink: BlockSink): Promise<unknown> {
		this.#buffer.sink = sink;
		return this.read();
	}

	/** Has the sink called again. */
	resume(): void {
		this.#buffer.held = false;
		if (this.awaited) this.#owner?.contentResumed();
	}

	/** Called when the response is sent. Content that has not been read by now is discarded. */
	discard(): void {
		if (this.complete) return;
		this.#discard = true;
		this.#buffer.discard();
		this.settle();
	}

	/**
	 * Takes from the input what belongs to the content. Returns MORE, DONE or a status. On a status it also fails the
	 * content.
	 */
	take(input: Input): number {
		let verdict: number;
		try {
			verdict = this.#buffer.take(input);
		} catch (error) {
			this.#thrown = error;
			verdict = 500;
		}
		// What a handler makes of large content may be much larger, and others may have done so since it was called.
		if (
			verdict === DONE &&
			this.awaited &&
			this.#buffer.heldBytes > SMALL_CONTENT &&
			this.#owner?.freeMemory(this.#buffer.heldBytes) === false
		)
			verdict = 503;
		if (verdict === DONE) {
			this.complete = true;
			this.settle();
		} else if (verdict !== MORE) this.fail(verdict, this.#buffer.reasonOf(verdict));
		return verdict;
	}

	/** Gives up: a handler that waits for the content gets this status as an error. */
	fail(status: number, reason?: string): void {
		if (this.complete || this.#failure) return;
		this.#failure = status;
		this.#reason = reason;
		this.release();
		this.settle();
	}

	/** Releases the buffer's memory. A handler that still needs the bytes has its own reference. */
	release(): void {
		this.#buffer.release();
	}

	/** Settles the promise that a handler waits for, if there is a result. */
	private settle(): void {
		if (this.#failure || this.#discard)
			this.#reject?.(
				(this.#thrown as HttpError | undefined) ??
					new HttpError(
						this.#failure || 400,
						this.#reason,
						this.#failure === 503 ? { "Retry-After": 1 } : undefined,
					),
			);
		else if (this.complete) this.#resolve?.(this.#buffer.bytes);
	}
}
