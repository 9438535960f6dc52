/**
 * The memory that all connections together may spend on what clients send. Each of them is within its
 * own limits with a head of 4 kB or content of 16 kB; thirteen at once would be more than the machine
 * has, and where its heap runs out it ends instead of throwing. So the one too many is refused.
 */
export class Budget {
	#left: number;

	constructor(size: number) {
		this.#left = size;
	}

	/** Takes so much. Returns false, and takes nothing, if less is left. */
	tryReserve(size: number): boolean {
		if (size > this.#left) return false;
		this.#left -= size;
		return true;
	}

	/** Gives back so much of what was taken. */
	release(size: number): void {
		this.#left += size;
	}

	/** Takes `to` in place of `from`. Returns false, and changes nothing, if less is left. Giving back always succeeds. */
	resize(from: number, to: number): boolean {
		const left = this.#left + from - to;
		if (left < 0 && to > from) return false;
		this.#left = left;
		return true;
	}
}
