/** Milliseconds. */
export const PUSH_PAUSES = Object.freeze({
	/** After a first failure. Each further failure doubles it, up to `longest`. */
	first: 1_000,
	/** Maximum: a server that was away for a night is found again within a minute or so. */
	longest: 60_000,
	/** Maximum that a server may ask for with Retry-After: it may be wrong about its clock. */
	longestAsked: 3_600_000,
	/**
	 * Before a frame is due, at rates so low that the camera is idle between two: the camera has to wake, and the
	 * client to connect.
	 */
	lead: 1_000,
});

/** Computes how long to wait before each new attempt. */
export class Pauses {
	readonly #random: () => number;
	#next = PUSH_PAUSES.first;

	/** @param random Returns a number from 0 to 1. */
	constructor(random: () => number) {
		this.#random = random;
	}

	/** Resets after a success: the next failure is a first one. */
	reset(): void {
		this.#next = PUSH_PAUSES.first;
	}

	/**
	 * Returns the milliseconds to wait after a failure.
	 * @param lasting The failure does not go away by itself: someone has to fix something.
	 * @param least Milliseconds that the server asks for.
	 */
	next(lasting: boolean, least: number): number {
		const pause = lasting ? PUSH_PAUSES.longest : this.#next;
		this.#next = Math.min(2 * this.#next, PUSH_PAUSES.longest);
		// A random part of up to a quarter, so that not all cameras of a server that was away come back at once.
		return Math.round(Math.max(pause, Math.min(least, PUSH_PAUSES.longestAsked)) * (1 + this.#random() / 4));
	}
}
