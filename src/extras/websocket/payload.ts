import type { Budget } from "yieldcam/http/engine/budget";

const NOTHING: Uint8Array = new Uint8Array(0);

/** Collects bytes that arrive in pieces. Memory grows with what has arrived, not with what the peer announces. */
export class Payload {
	readonly #budget: Budget;
	#bytes = NOTHING;
	#share = 0;
	length = 0;

	constructor(budget: Budget) {
		this.#budget = budget;
	}

	/**
	 * Adds a copy of the bytes. Returns false if there is no memory for it.
	 * @param most Maximum of bytes that may follow; no more space is allocated.
	 */
	append(arrived: Uint8Array, most: number): boolean {
		const needed = this.length + arrived.length;
		if (needed > this.#bytes.length) {
			const space = Math.max(needed, Math.min(this.#bytes.length * 2, needed + most));
			if (!this.#budget.resize(this.#share, space)) return false;
			this.#share = space;
			const grown = new Uint8Array(space);
			grown.set(this.#bytes.subarray(0, this.length));
			this.#bytes = grown;
		}
		this.#bytes.set(arrived, this.length);
		this.length = needed;
		return true;
	}

	/** The bytes received so far; not a copy. */
	get bytes(): Uint8Array {
		return this.#bytes.subarray(0, this.length);
	}

	/** Starts again and releases the memory; bytes that are still in use stay valid. */
	release(): void {
		this.#budget.release(this.#share);
		this.#share = this.length = 0;
		this.#bytes = NOTHING;
	}
}
