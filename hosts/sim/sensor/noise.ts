/** Noise that is the same at every start, so that measurements can be compared: Marsaglia's xorshift. */
export class Noise {
	#state: number;

	constructor(seed = 0x9e3779b9) {
		this.#state = seed;
	}

	/** Returns a whole number from -amplitude to amplitude. */
	next(amplitude: number): number {
		let state = this.#state;
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		this.#state = state;
		return ((state >>> 16) % (2 * amplitude + 1)) - amplitude;
	}
}
