import type { Reporter } from "../reporter.ts";

/** Calls hooks, and reports the errors that they throw. */
export interface HookRunner {
	runHook(hook: () => void): void;
}

/** A hook that waits for another to return, and who receives its error. */
interface WaitingHook {
	readonly hook: () => void;
	readonly reporter: Reporter;
}

/**
 * Calls what a program wants to be called when a connection ends, one after the other. Such a hook may send to other clients,
 * which then turn out to have disconnected as well: if their hooks ran within it, and so on, the stack would overflow.
 */
export class HookQueue {
	readonly #waiting: WaitingHook[] = [];
	#running = false;

	/** Calls a hook, now or after the one that is running. Reports the error that it throws. */
	run(hook: () => void, reporter: Reporter): void {
		if (this.#running) {
			this.#waiting.push({ hook, reporter });
			return;
		}
		this.#running = true;
		callHook(hook, reporter);
		for (let next; (next = this.#waiting.shift());) callHook(next.hook, next.reporter);
		this.#running = false;
	}
}

/** Calls a hook, and reports the error that it throws. */
export function callHook(hook: () => void, reporter: Reporter): void {
	try {
		hook();
	} catch (error) {
		reporter.report(error);
	}
}
