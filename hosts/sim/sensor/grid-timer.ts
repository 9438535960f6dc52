const NANOSECONDS_PER_MILLISECOND = 1e6;

/**
 * Ticks on a fixed grid: tick n is due at t0 + n / rate. A timer that re-arms from "now" drifts, and one that catches
 * up bunches its ticks. A sensor's clock does neither: this timer skips a tick whose time has passed, and keeps the
 * grid.
 */
export class GridTimer {
	readonly #interval: number;
	readonly #onTick: (tick: number) => void;
	#start = 0n;
	#timer: NodeJS.Timeout | undefined;

	constructor(rate: number, onTick: (tick: number) => void) {
		this.#interval = 1e9 / rate;
		this.#onTick = onTick;
	}

	start(): void {
		this.stop();
		this.#start = process.hrtime.bigint();
		this.#fire(0);
	}

	stop(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
	}

	#fire(tick: number): void {
		this.#arm(tick + 1);
		this.#onTick(tick);
	}

	#arm(tick: number): void {
		const remaining = Math.max(0, tick * this.#interval - this.#elapsed());
		this.#timer = setTimeout(
			() => {
				const due = Math.floor(this.#elapsed() / this.#interval);
				// Node counts a timeout from the start of the loop's turn: it can be a fraction of a millisecond early.
				if (due < tick) this.#arm(tick);
				else this.#fire(due);
			},
			Math.ceil(remaining / NANOSECONDS_PER_MILLISECOND),
		);
	}

	#elapsed(): number {
		return Number(process.hrtime.bigint() - this.#start);
	}
}
