/** The pauses between attempts: short at first. With the longest a page is back within two seconds of the device. */
const PAUSES_MS = { first: 500, longest: 1_500 };

/** Computes the pause before each attempt to connect again. */
export class Retry {
	#pause = PAUSES_MS.first;

	/** Resets the pause after a success: the next failure counts as the first. */
	succeeded(): void {
		this.#pause = PAUSES_MS.first;
	}

	/** Returns the milliseconds until the next attempt. */
	next(): number {
		const pause = this.#pause;
		this.#pause = Math.min(2 * pause, PAUSES_MS.longest);
		return pause;
	}
}
