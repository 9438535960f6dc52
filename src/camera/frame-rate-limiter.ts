/** Selects frames by their timestamps so that a rate is not exceeded. It needs no timer. */
export class FrameRateLimiter {
	/** Limit in frames per second; 0 means no limit. */
	readonly rate: number;
	/** When the next frame is due. */
	#due = 0;

	constructor(rate: number) {
		this.rate = rate;
	}

	/**
	 * Reports whether to take the frame with this timestamp, in microseconds. Frames are due on a grid, so that the
	 * average rate is right.
	 */
	accepts(timestamp: number): boolean {
		if (!this.rate) return true;
		const interval = 1_000_000 / this.rate;
		// A sensor's frames are not exact to the microsecond. A wall clock that was set back begins a new grid.
		if (timestamp < this.#due - interval / 8 && timestamp > this.#due - 2 * interval) return false;
		this.#due =
			timestamp > this.#due - interval
				? Math.max(this.#due + interval, timestamp + interval / 2)
				: timestamp + interval;
		return true;
	}

	/** Takes the next frame and begins the grid with it. */
	restart(): void {
		this.#due = 0;
	}
}
