/** Numbers that a seed determines (mulberry32). */
export class Random {
	#state: number;

	constructor(seed: number) {
		this.#state = seed | 0;
	}

	/** From 0 to below 1. */
	next(): number {
		this.#state = (this.#state + 0x6d2b79f5) | 0;
		let bits = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
		bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
		return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
	}

	/** A whole number, both ends included. */
	between(least: number, most: number): number {
		return least + Math.floor(this.next() * (most - least + 1));
	}

	/** A number from a range that spans magnitudes, in which small and large ones are equally likely. */
	size(least: number, most: number): number {
		return Math.round(least * (most / least) ** this.next());
	}

	pick<T>(choices: readonly T[]): T {
		return choices[this.between(0, choices.length - 1)];
	}

	chance(probability: number): boolean {
		return this.next() < probability;
	}

	/** At a limit, one below, one above, or anywhere up to twice as much. */
	around(limit: number): number {
		return this.chance(0.7) ? limit + this.between(-1, 1) : this.size(1, 2 * limit);
	}
}
