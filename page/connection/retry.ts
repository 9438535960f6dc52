/** Milliseconds between attempts: soon at first, then as seldom as a camera that is switched off deserves. */
const PAUSES_MS = { first: 500, longest: 8_000 };

/** How long to wait before each attempt to connect again. */
export class Retry {
	#pause = PAUSES_MS.first;

	/** It worked: the next failure is a first one. */
	succeeded(): void {
		this.#pause = PAUSES_MS.first;
	}

	/** Milliseconds until the next attempt. */
	next(): number {
		const pause = this.#pause;
		this.#pause = Math.min(2 * pause, PAUSES_MS.longest);
		return pause;
	}
}
