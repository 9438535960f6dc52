interface Sample {
	/** Of the browser's clock, when it was taken. */
	readonly at: number;
	readonly roundTrip: number;
	/** The device's clock less the browser's. */
	readonly offset: number;
}

/** Seconds that a sample counts for. The quickest of them is the most exact one; old ones go, since clocks drift. */
const SAMPLE_AGE_SECONDS = 120;

/**
 * The device's clock, as a browser knows it: by asking for the time, and taking it to be that of half-way
 * between question and answer (RFC 5905, 8, with one clock instead of two at the other end). All times are seconds.
 */
export class DeviceClock {
	#samples: Sample[] = [];

	/** @param uptime The device's clock in an answer that was asked for at `sent` and was there at `received`. */
	add(sent: number, received: number, uptime: number): void {
		const roundTrip = received - sent;
		const offset = uptime - (sent + received) / 2;
		// The device was restarted, or this machine slept and its clock with it.
		const jumped = this.#samples.some(
			(sample) => Math.abs(offset - sample.offset) > 1 + roundTrip + sample.roundTrip,
		);
		this.#samples = this.#samples.filter(({ at }) => !jumped && at > received - SAMPLE_AGE_SECONDS);
		this.#samples.push({ at: received, roundTrip, offset });
	}

	/** What the device's clock says when the browser's says `now`; undefined before the first sample. */
	at(now: number): number | undefined {
		let best: Sample | undefined;
		for (const sample of this.#samples) {
			if (!best || sample.roundTrip < best.roundTrip) best = sample;
		}
		return best && now + best.offset;
	}
}
