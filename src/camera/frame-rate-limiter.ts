/** Which of the frames that come are taken, so that so many are in a second: by their timestamps, without a timer. */
export class FrameRateLimiter {
	/** Frames per second at most; 0: all. */
	readonly rate: number;
	/** When the next frame is due. */
	#due = 0;

	constructor(rate: number) {
		this.rate = rate;
	}

	/** Whether a frame of this timestamp, in microseconds, is one to take. Frames are due on a grid, so that the rate is kept on average. */
	accepts(timestamp: number): boolean {
		if (!this.rate) return true;
		const interval = 1_000_000 / this.rate;
		// A sensor's frames do not come to the microsecond; and a wall clock that was set back begins a new grid.
		if (timestamp < this.#due - interval / 8 && timestamp > this.#due - 2 * interval) return false;
		this.#due =
			timestamp > this.#due - interval
				? Math.max(this.#due + interval, timestamp + interval / 2)
				: timestamp + interval;
		return true;
	}

	/** The next frame is taken, and the grid begins with it. */
	restart(): void {
		this.#due = 0;
	}
}
