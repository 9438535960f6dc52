/** The period over which a rate is measured. */
const SPAN_MS = 2_000;

/** Measures how often something happened lately, and the mean of the values of each time. */
export class Rate {
	#events: { readonly at: number; readonly value: number | undefined }[] = [];

	/** @param at Milliseconds of the browser's clock. */
	count(at: number, value?: number): void {
		this.#events.push({ at, value });
	}

	perSecond(now: number): number {
		this.#forget(now);
		const [first] = this.#events;
		const last = this.#events.at(-1);
		if (!first || !last || first === last) return 0;
		// The time since the last event counts once it is longer than usual: a picture that stands still has no rate.
		const intervals = this.#events.length - 1;
		const usual = (last.at - first.at) / intervals;
		return (1_000 * intervals) / (Math.max(now - usual, last.at) - first.at);
	}

	mean(now: number): number | undefined {
		this.#forget(now);
		const values = this.#events.map(({ value }) => value).filter((value) => value !== undefined);
		return values.length > 0 ? values.reduce((sum, value) => sum + value) / values.length : undefined;
	}

	#forget(now: number): void {
		this.#events = this.#events.filter(({ at }) => at > now - SPAN_MS);
	}
}
