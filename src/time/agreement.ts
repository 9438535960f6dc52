/** A server's time, as an exchange measured it. Both are in microseconds. */
export interface TimeSample {
	/** What to add to the camera's clock; NaN if it cannot be right. */
	readonly offset: number;
	/** By how much that may be wrong. */
	readonly error: number;
}

/**
 * Returns the best of the times on which most of the servers agree (RFC 5905, 11.2.1, where each time is an interval and
 * a server whose interval misses those of the majority is a falseticker). A single one is believed. Returns undefined if no time
 * has a majority: then any of them may be wrong.
 */
export function agreed(samples: readonly TimeSample[]): TimeSample | undefined {
	let best: TimeSample | undefined;
	for (const sample of samples) {
		const others = samples.filter(({ offset, error }) => Math.abs(offset - sample.offset) <= error + sample.error);
		if (2 * others.length > samples.length && (!best || sample.error < best.error)) best = sample;
	}
	return best;
}
