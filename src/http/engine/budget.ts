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

	/** Exchanges a share for another. Returns false, and changes nothing, where that would be too much. */
	change(from: number, to: number): boolean {
		const left = this.#left + from - to;
		if (left < 0 && to > from) return false;
		this.#left = left;
		return true;
	}
}
