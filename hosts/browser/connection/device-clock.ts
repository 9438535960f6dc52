interface Sample {
	/** Of the browser's clock, when it was taken. */
	readonly at: number;
	readonly roundTrip: number;
	/** The device's clock less the browser's. */
	readonly offset: number;
}

/** Samples that are kept. The quickest of them is the most exact one; old ones go, since clocks drift. */
const kept = 8;

/**
 * The device's clock, as a browser knows it: by asking for the time, and taking it to be that of half-way
 * between question and answer (RFC 5905, 8, with one clock instead of two at the other end). All times are seconds.
 */
export class DeviceClock {
	#samples: Sample[] = [];

	/** @param uptime The device's clock in an answer that was asked for at `sent` and was there at `received`. */
	add(sent: number, received: number, uptime: number): void {
		// It was restarted.
		if (this.#samples.some(({ at, offset }) => uptime - at - offset < -1))
			this.#samples = [];
		this.#samples.push({ at: received, roundTrip: received - sent, offset: uptime - (sent + received) / 2 });
		if (this.#samples.length > kept)
			this.#samples.shift();
	}

	/** What the device's clock says when the browser's says `now`; undefined before the first sample. */
	at(now: number): number | undefined {
		let best: Sample | undefined;
		for (const sample of this.#samples) {
			if (!best || sample.roundTrip < best.roundTrip)
				best = sample;
		}
		return best && now + best.offset;
	}
}
