/** Milliseconds. */
export const PUSH_PAUSES = Object.freeze({
	/** After a first failure. Each further one doubles it … */
	first: 1_000,
	/** … up to this: a server that was away for a night is found again within a minute or so. */
	longest: 60_000,
	/** A server may ask for as much by Retry-After, and no more: it may be wrong about its clock. */
	longestAsked: 3_600_000,
	/** Before a frame is due, at rates so low that the camera rests between two: it has to wake, and the connection to be made. */
	lead: 1_000,
});

/** How long to wait before each new attempt. */
export class Pauses {
	readonly #random: () => number;
	#next = PUSH_PAUSES.first;

	/** @param random From 0 to 1. */
	constructor(random: () => number) {
		this.#random = random;
	}

	/** It worked: the next failure is a first one. */
	reset(): void {
		this.#next = PUSH_PAUSES.first;
	}

	/**
	 * After a failure.
	 * @param lasting It will not go away by itself: somebody has to set something right.
	 * @param least What the server asks for.
	 */
	next(lasting: boolean, least: number): number {
		const pause = lasting ? PUSH_PAUSES.longest : this.#next;
		this.#next = Math.min(2 * this.#next, PUSH_PAUSES.longest);
		// A quarter at random, so that all cameras of a server that was away do not come back at once.
		return Math.round(Math.max(pause, Math.min(least, PUSH_PAUSES.longestAsked)) * (1 + this.#random() / 4));
	}
}
