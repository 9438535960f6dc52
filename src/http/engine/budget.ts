/**
 * The memory that all connections together may spend on what clients send. Each is within its own limits with a head of
 * 4 kB or content of 12 kB. Thirteen at once would be more than the machine has, and if its heap runs out, the machine
 * ends instead of throwing. So the server refuses a request that exceeds the budget.
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

	/** Reserves `size` bytes. Returns false, and reserves nothing, if fewer are left. */
	tryReserve(size: number): boolean {
		if (size > this.#left) return false;
		this.#left -= size;
		return true;
	}

	/** Releases `size` of the reserved bytes. */
	release(size: number): void {
		this.#left += size;
	}

	/**
	 * Changes a reservation from `from` bytes to `to`. Returns false, and changes nothing, if fewer are left. Shrinking
	 * always succeeds.
	 */
	resize(from: number, to: number): boolean {
		const left = this.#left + from - to;
		if (left < 0 && to > from) return false;
		this.#left = left;
		return true;
	}
}
