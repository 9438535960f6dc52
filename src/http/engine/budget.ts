/**
 * Counts something that is limited: bytes, slots, places. What all connections together may hold is less than what each
 * may, since thirteen heads of 4 kB and contents of 12 kB would be more than the machine has, and if its heap runs out, the
 * machine ends instead of throwing. So the server refuses a request that exceeds the budget.
 */
export class Budget {
	#left: number;

	constructor(size: number) {
		this.#left = size;
	}

	/** How much is left. */
	get left(): number {
		return this.#left;
	}

	/** Reserves `size`. Returns false, and reserves nothing, if less is left. */
	tryReserve(size: number): boolean {
		if (size > this.#left) return false;
		this.#left -= size;
		return true;
	}

	/** Releases `size` of what is reserved. */
	release(size: number): void {
		this.#left += size;
	}

	/**
	 * Changes a reservation from `from` to `to`. Returns false, and changes nothing, if less is left. Shrinking
	 * always succeeds.
	 */
	resize(from: number, to: number): boolean {
		const left = this.#left + from - to;
		if (left < 0 && to > from) return false;
		this.#left = left;
		return true;
	}
}
