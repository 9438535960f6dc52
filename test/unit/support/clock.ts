/**
 * A clock that stands still until a test advances it. It replaces the SDK's `timer` module: node-setup.mjs (in Node)
 * and the harness (in XS) map that specifier to this file. Tests import it through time.ts, since a module that is
 * imported by two names may exist twice.
 */
type Callback = (timer: Timer) => void;

let now = 0;
let timers: Timer[] = [];

export default class Timer {
	readonly callback: Callback;
	due: number;
	interval: number;

	private constructor(callback: Callback, delay: number, interval: number) {
		this.callback = callback;
		this.due = now + delay;
		this.interval = interval;
	}

	static set(callback: Callback, delay = 0, interval = 0): Timer {
		const timer = new Timer(callback, delay, interval);
		timers.push(timer);
		return timer;
	}

	static repeat(callback: Callback, interval: number): Timer {
		return Timer.set(callback, interval, interval);
	}

	static schedule(timer: Timer, delay = 0, interval = 0): void {
		timer.due = now + delay;
		timer.interval = interval;
	}

	static clear(timer: Timer | undefined | null): void {
		timers = timers.filter((other) => other !== timer);
	}

	/** Number of timers that are set. */
	static get pending(): number {
		return timers.length;
	}

	/** Lets time pass, and calls timers in the order in which they are due. */
	static advance(milliseconds: number): void {
		const end = now + milliseconds;
		for (;;) {
			let next: Timer | undefined;
			for (const timer of timers) {
				if (timer.due <= end && (!next || timer.due < next.due)) next = timer;
			}
			if (!next) break;
			now = next.due;
			if (next.interval > 0) next.due += next.interval;
			else Timer.clear(next);
			next.callback(next);
		}
		now = end;
	}

	/** Clears all timers, such as those of a test that failed. */
	static reset(): void {
		timers = [];
		now = 0;
	}
}
