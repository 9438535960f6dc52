import { Budget } from "./budget.ts";
import { ContentBuffer } from "./content-buffer.ts";
import { DONE, MORE } from "../syntax/field-section.ts";
import { HttpError } from "../http-error.ts";
import type { Input } from "./input.ts";
import type { Limits } from "../limits.ts";

/**
 * The content of one request. It stays in the socket, and the client waits, until a handler asks for
 * it; a handler that never does has cost nothing.
 */
export class Content {
	readonly #buffer: ContentBuffer;
	readonly #discardable: number;
	readonly #onWanted: () => void;
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
		this.#buffer = new ContentBuffer(length, limits, budget);
		this.#discardable = limits.maxDiscard;
		this.#onWanted = onWanted;
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
		return this.complete || (this.#failure === 0 && this.#buffer.left <= this.#discardable);
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
			this.settle();
			if (this.awaited) this.#onWanted();
		}
		return this.#whole;
	}

	/** The response is sent. What has not been read by now is taken only to be thrown away. */
	discard(): void {
		if (this.complete) return;
		this.#discard = true;
		this.#buffer.discard();
		this.settle();
	}

	/** Takes from the input what belongs to the content. Returns MORE, DONE or a status; it fails by itself. */
	take(input: Input): number {
		const verdict = this.#buffer.take(input);
		if (verdict === DONE) {
			this.complete = true;
			this.settle();
		} else if (verdict !== MORE) this.fail(verdict);
		return verdict;
	}

	/** Gives up: whoever waits for the content gets this status as an error. */
	fail(status: number): void {
		if (this.complete || this.#failure) return;
		this.#failure = status;
		this.release();
		this.settle();
	}

	/** Gives back the memory: whoever still needs the bytes has them. */
	release(): void {
		this.#buffer.release();
	}

	/** Tells whoever waits what there is to tell. */
	private settle(): void {
		if (this.#failure || this.#discard)
			this.#reject?.(
				new HttpError(
					this.#failure || 400,
					undefined,
					this.#failure === 503 ? { "Retry-After": 1 } : undefined,
				),
			);
		else if (this.complete) this.#resolve?.(this.#buffer.bytes);
	}
}
