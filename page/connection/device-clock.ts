interface Sample {
	/** When it was taken, by the browser's clock. */
	readonly at: number;
	readonly roundTrip: number;
	/** The device's clock minus the browser's. */
	readonly offset: number;
}

/**
 * How long a sample counts. The one with the shortest round trip is the most exact; old ones go, since clocks drift.
 */
const SAMPLE_AGE_SECONDS = 120;

/**
 * The browser's estimate of the device's clock. It asks for the time, and takes it to be the time halfway between
 * request and response (RFC 5905, 8, with one clock instead of two at the other end). All times are in seconds.
 */
export class DeviceClock {
	#samples: Sample[] = [];

	/** @param time The device's clock, in a response that was requested at `sent` and arrived at `received`. */
	add(sent: number, received: number, time: number): void {
		const roundTrip = received - sent;
		const offset = time - (sent + received) / 2;
		// The device restarted, or this machine slept and its clock stood still.
		const jumped = this.#samples.some(
			(sample) => Math.abs(offset - sample.offset) > 1 + roundTrip + sample.roundTrip,
		);
		this.#samples = this.#samples.filter(({ at }) => !jumped && at > received - SAMPLE_AGE_SECONDS);
		this.#samples.push({ at: received, roundTrip, offset });
	}

	/** Returns the device's time at the browser's time `now`, or undefined before the first sample. */
	at(now: number): number | undefined {
		let best: Sample | undefined;
		for (const sample of this.#samples) {
			if (!best || sample.roundTrip < best.roundTrip) best = sample;
		}
		return best && now + best.offset;
	}
}
