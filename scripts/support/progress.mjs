/**
 * A line that shows the current step and its progress. On a terminal it is rewritten in place. In a log, where that
 * would be noise, it is repeated every ten seconds at most.
 */
export class Progress {
	static #interval = 10_000;

	#label;
	#state = "";
	#start = performance.now();
	#lastLine = this.#start;
	#timer;

	/** @param {string} label */
	constructor(label) {
		this.#label = label;
		if (process.stdout.isTTY) this.#timer = setInterval(() => this.#show(), 1000);
		else process.stdout.write(`${label} …\n`);
		this.#show();
	}

	/** @param {string} state For instance "12 of 57". */
	update(state) {
		this.#state = state;
		this.#show();
	}

	end() {
		clearInterval(this.#timer);
		const line = `${this.#label}: done in ${this.#seconds()} s`;
		process.stdout.write(process.stdout.isTTY ? `\r\x1b[K${line}\n` : `${line}\n`);
	}

	fail() {
		clearInterval(this.#timer);
		if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${this.#label}: failed\n`);
	}

	#show() {
		const line = `${this.#label} … ${this.#state}${this.#state && ", "}${this.#seconds()} s`;
		if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${line}`);
		else if (performance.now() - this.#lastLine >= Progress.#interval) {
			this.#lastLine = performance.now();
			process.stdout.write(`${line}\n`);
		}
	}

	#seconds() {
		return Math.round((performance.now() - this.#start) / 1000);
	}
}
