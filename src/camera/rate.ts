/** Microseconds over which a rate is measured: long enough to be steady, short enough to show a change. */
const SPAN_US = 2_000_000;
/** Microseconds after which a span has a pause in it. */
const PAUSED_US = 3_000_000;

/** Measures how often something happens, by the clock of the frames. It costs only additions. */
export class Rate {
	#from = 0;
	#count = 0;
	/** Negative if there was a pause. */
	#last: number | undefined;

	/** Counts one event at this time, in microseconds. */
	count(at: number): void {
		if (!this.#count) this.#from = at;
		else if (at - this.#from >= SPAN_US) {
			this.#last = at - this.#from < PAUSED_US ? this.per(at) : -this.per(at);
			this.#from = at;
			this.#count = 0;
		}
		this.#count++;
	}

	/** Events per second, with one decimal; 0 once nothing has happened for a while. */
	perSecond(now: number): number {
		const silent = now - this.#from >= 2 * SPAN_US;
		const rate = silent || this.#last === undefined ? this.per(now) : Math.abs(this.#last);
		return rounded(rate);
	}

	/** As `perSecond`, but 0 also before it is measured, and after a pause. */
	steady(now: number): number {
		return now - this.#from < PAUSED_US ? rounded(Math.max(0, this.#last ?? 0)) : 0;
	}

	/** Rate from the first event to the one at `until`, which is not counted yet. */
	private per(until: number): number {
		const elapsed = until - this.#from;
		return this.#count && elapsed > 0 ? (this.#count * 1_000_000) / elapsed : 0;
	}
}

function rounded(rate: number): number {
	return Math.round(rate * 10) / 10;
}
