import { HttpError } from "../http/http-error.ts";

/** Failures that cost nothing: people mistype. */
const free = 5;
/** Milliseconds of the longest pause; the first is one second, and each is twice the one before. */
const longest = 60_000;
/** Milliseconds after which an address is as good as any. */
const memory = 600_000;
/** Addresses remembered: a network has more, but those that attack are remembered anew each time. */
const most = 32;

interface Failures {
	count: number;
	/** Milliseconds: the last failure. */
	at: number;
	pause: number;
}

/** How often each address has failed to give a password, and how long it has to wait. */
export class Attempts {
	readonly #failures = new Map<string, Failures>();
	readonly #now: () => number;

	constructor(now: () => number) {
		this.#now = now;
	}

	/** Throws an HttpError 429 for an address that has to wait. */
	check(address: string): void {
		const failures = this.#failures.get(address);
		if (!failures)
			return;
		const passed = this.#now() - failures.at;
		// A clock that was set back must not make anybody wait for years.
		if (passed < 0 || passed > memory)
			this.#failures.delete(address);
		else if (passed < failures.pause)
			throw new HttpError(429, "too many wrong passwords from this address", { "Retry-After": Math.ceil((failures.pause - passed) / 1_000) });
	}

	failed(address: string): void {
		const count = (this.#failures.get(address)?.count ?? 0) + 1;
		this.#failures.delete(address);
		// A Map gives the oldest first.
		for (const oldest of this.#failures.keys()) {
			if (this.#failures.size < most)
				break;
			this.#failures.delete(oldest);
		}
		this.#failures.set(address, { count, at: this.#now(), pause: count < free ? 0 : Math.min(longest, 1_000 * 2 ** (count - free)) });
	}

	succeeded(address: string): void {
		this.#failures.delete(address);
	}
}
