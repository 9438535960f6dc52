/** Sweeps after which a client that takes too little makes room for others. */
const SLOW = 2;

// Values that stand in for the number of bytes taken in a sweep.
const UNKNOWN = -2;
/** The response began within the sweep. */
const BEGUN = -1;

/**
 * Watches how much of its response a client takes from one sweep to the next. Created at the first sweep that a
 * response lasts for, since most are shorter.
 */
export class ResponseProgress {
	/** Whether the body had nothing to send when the client had its full time. */
	#starved = false;
	#sent = 0;
	/** Consecutive sweeps in which the client has taken less than `limits.minimumRate`. */
	#slowSweeps = 0;
	#recent = UNKNOWN;

	/** Reports whether the client keeps others waiting because it does not take its response. */
	get slow(): boolean {
		return this.#slowSweeps >= SLOW;
	}

	/** Bytes taken in the last sweep. Undefined for a stream, and for a response that has not lasted for two sweeps. */
	get recentBytes(): number | undefined {
		return this.#recent < 0 ? undefined : this.#recent;
	}

	/**
	 * Counts one sweep. Returns whether the client has its full time again, since it took enough, or the body has begun or
	 * ended to have nothing to send.
	 *
	 * @param sent Bytes sent so far.
	 * @param starved Whether the body has nothing to send.
	 * @param streaming Whether it is a stream, which may last as long as it likes and has its own budgets. Any other
	 * response must come to an end.
	 * @param minimumRate See `limits.minimumRate`.
	 */
	sweep(sent: number, starved: boolean, streaming: boolean, minimumRate: number): boolean {
		const progress = sent - this.#sent,
			finite = !streaming && !starved,
			slow = finite && progress < minimumRate;
		this.#recent = !finite ? UNKNOWN : this.#recent === UNKNOWN ? BEGUN : progress;
		this.#slowSweeps = slow ? this.#slowSweeps + 1 : 0;
		this.#sent = sent;
		if ((slow || progress === 0) && starved === this.#starved) return false;
		this.#starved = starved;
		return true;
	}
}
