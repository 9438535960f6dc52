import { Budget } from "./budget.ts";
import { CHUNK, ChunkedDecoder } from "./chunked.ts";
import { CHUNKED } from "./head.ts";
import { HttpError } from "./http-error.ts";
import type { Input } from "./input.ts";
import type { Limits } from "./limits.ts";
import { DONE, MORE } from "./parser.ts";

const NOTHING: Uint8Array = new Uint8Array(0);

/**
 * The content of one request. It stays in the socket, and the client waits, until a handler asks for
 * it; a handler that never does has cost nothing. Memory grows with what arrives and not with the
 * length that the client announced.
 */
export class Content {
	readonly #limits: Limits;
	readonly #budget: Budget;
	readonly #chunks: ChunkedDecoder | undefined;
	readonly #onWanted: () => void;
	#left: number;
	#bytes = NOTHING;
	#length = 0;
	#discard = false;
	#failure = 0;
	#whole: Promise<Uint8Array> | undefined;
	#resolve: ((bytes: Uint8Array) => void) | undefined;
	#reject: ((error: HttpError) => void) | undefined;

	/** Whether all of it has been taken from the input. */
	complete = false;

	/**
	 * @param length From the request's head, or CHUNKED.
	 * @param onWanted Called when somebody first asks for the content.
	 */
	constructor(length: number, limits: Limits, onWanted: () => void, budget = new Budget(Infinity)) {
		this.#limits = limits;
		this.#budget = budget;
		this.#onWanted = onWanted;
		this.#chunks = length === CHUNKED ? new ChunkedDecoder(limits) : undefined;
		this.#left = this.#chunks ? 0 : length;
	}

	/** Whether it has been asked for. */
	get wanted(): boolean {
		return this.#whole !== undefined;
	}

	/** Whether somebody waits for more of it. */
	get awaited(): boolean {
		return this.wanted && !this.complete && !this.#discard && this.#failure === 0;
	}

	/** Whether the rest can be read away, so that the connection serves another request. How much is left of chunked content, nobody knows. */
	get disposable(): boolean {
		return this.complete || (!this.#chunks && this.#failure === 0 && this.#left <= this.#limits.discard);
	}

	/** The whole content, however often it is asked for. Rejects with an HttpError when it is malformed, too large, too slow, or the client left. */
	read(): Promise<Uint8Array> {
		if (!this.#whole) {
			this.#whole = new Promise((resolve, reject) => {
				this.#resolve = resolve;
				this.#reject = reject;
			});
			// A handler may ask, and then not wait: that must not become an unhandled rejection.
			this.#whole.catch(() => {});
			this.#settle();
			if (this.awaited)
				this.#onWanted();
		}
		return this.#whole;
	}

	/** The response is sent. What has not been read by now is taken only to be thrown away. */
	discard(): void {
		if (this.complete)
			return;
		this.#discard = true;
		this.release();
		this.#settle();
	}

	/** Takes from the input what belongs to the content. Returns MORE, DONE or a status; it fails by itself. */
	take(input: Input): number {
		const verdict = this.#take(input);
		if (verdict === DONE) {
			this.complete = true;
			this.#settle();
		}
		else if (verdict !== MORE)
			this.fail(verdict);
		return verdict;
	}

	/** Gives up: whoever waits for the content gets this status as an error. */
	fail(status: number): void {
		if (this.complete || this.#failure)
			return;
		this.#failure = status;
		this.release();
		this.#settle();
	}

	/** Gives back the memory: whoever still needs the bytes has them. */
	release(): void {
		this.#budget.change(this.#bytes.length, 0);
		this.#bytes = NOTHING;
	}

	/** Tells whoever waits what there is to tell. */
	#settle(): void {
		if (this.#failure || this.#discard)
			this.#reject?.(new HttpError(this.#failure || 400));
		else if (this.complete)
			this.#resolve?.(this.#length === this.#bytes.length ? this.#bytes : this.#bytes.slice(0, this.#length));
	}

	#take(input: Input): number {
		for (;;) {
			if (this.#left > 0) {
				const count = Math.min(this.#left, input.length);
				if (count === 0)
					return MORE;
				if (!this.#discard && !this.#keep(input.bytes.subarray(0, count)))
					return 503;
				input.consume(count);
				this.#length += count;
				this.#left -= count;
			}
			else if (!this.#chunks)
				return DONE;
			else {
				const verdict = this.#chunks.next(input);
				if (verdict !== CHUNK)
					return verdict;
				this.#left = this.#chunks.size;
				// Before a byte of the chunk is read: what it claims is enough to say no.
				if (this.#length + this.#left > this.#limits.content)
					return 413;
			}
		}
	}

	#keep(arrived: Uint8Array): boolean {
		const needed = this.#length + arrived.length;
		if (needed > this.#bytes.length) {
			// Sized content ends in a buffer of its exact size, without a last copy.
			const room = this.#chunks ? this.#limits.content : this.#length + this.#left;
			const space = Math.min(Math.max(needed, this.#bytes.length * 2), room);
			if (!this.#budget.change(this.#bytes.length, space))
				return false;
			const grown = new Uint8Array(space);
			grown.set(this.#bytes.subarray(0, this.#length));
			this.#bytes = grown;
		}
		this.#bytes.set(arrived, this.#length);
		return true;
	}
}
