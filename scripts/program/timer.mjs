/** The SDK's `timer` module over Node's timers. */
export default class Timer {
	/** @type {NodeJS.Timeout | undefined} */
	#pending;
	/** @type {(timer: Timer) => void} */
	#callback;

	/** @param {(timer: Timer) => void} callback */
	constructor(callback) {
		this.#callback = callback;
	}

	/**
	 * @param {(timer: Timer) => void} callback
	 * @param {number} [delay]
	 * @param {number} [interval]
	 */
	static set(callback, delay = 0, interval = 0) {
		const timer = new Timer(callback);
		timer.#start(delay, interval);
		return timer;
	}

	/**
	 * @param {(timer: Timer) => void} callback
	 * @param {number} interval
	 */
	static repeat(callback, interval) {
		return Timer.set(callback, interval, interval);
	}

	/**
	 * @param {Timer} timer
	 * @param {number} [delay] Without it, the timer stands until it is scheduled again.
	 * @param {number} [interval]
	 */
	static schedule(timer, delay, interval = 0) {
		clearTimeout(timer.#pending);
		if (delay !== undefined) timer.#start(delay, interval);
	}

	/** @param {Timer | null} [timer] */
	static clear(timer) {
		if (timer) clearTimeout(timer.#pending);
	}

	/**
	 * @param {number} delay
	 * @param {number} interval
	 */
	#start(delay, interval) {
		this.#pending = setTimeout(() => {
			if (interval > 0) this.#start(interval, interval);
			this.#callback(this);
		}, delay);
	}
}
