/**
 * A time limit that is checked once in every sweep. One repeating timer serves all connections. Time is counted in
 * sweeps because a board's clock jumps when somebody sets it.
 */
export class Deadline {
	readonly #sweep: number;
	#left = Infinity;

	constructor(sweep: number) {
		this.#sweep = sweep;
	}

	get running(): boolean {
		return this.#left !== Infinity;
	}

	/**
	 * Sets the time limit, in milliseconds. The current sweep is partly over, so this adds one: a deadline may come
	 * late, but never early.
	 */
	set(time: number): void {
		this.#left = time + this.#sweep;
	}

	clear(): void {
		this.#left = Infinity;
	}

	/** Counts one sweep. Returns whether the time is up. */
	tick(): boolean {
		this.#left -= this.#sweep;
		return this.#left <= 0;
	}
}
