import Timer from "timer";
import { type Sender, STARVED } from "./sender.ts";

/** Steps in one turn: frames and pieces of content of one peer, before others get theirs. */
const STEPS = 48;

/**
 * Work that proceeds in steps, until none makes progress. Nearly every event (bytes, room, a response) ends in `run`,
 * and a frame that is ready in `flushFirst`. A step must not throw. A peer that has sent more than one turn's work waits for the next turn.
 */
export abstract class RunLoop {
	#running = false;
	#again = false;
	/** Set while the rest of the work waits for another turn. */
	#deferred: Timer | undefined;

	/** Does one thing. Returns whether to call it again. */
	protected abstract step(): boolean;

	/** Does the same as `run`, but sends first: each frame calls this, and most often sending is all there is to do. */
	flushFirst(sender: Sender): void {
		if (this.#running) {
			this.#again = true;
			return;
		}
		this.#running = true;
		const starved = sender.flush() === STARVED;
		this.#running = false;
		if (!starved || this.#again || sender.runsOwner) this.run();
	}

	run(): void {
		// A step may call for another: a source that wakes us from within `pull`, a handler that reads.
		this.#again = true;
		if (this.#running || this.#deferred) return;
		this.#running = true;
		let left = STEPS;
		while (this.#again && !this.#deferred) {
			this.#again = false;
			while (this.step()) {
				if (--left === 0) this.defer();
				if (this.#deferred) break;
			}
		}
		this.#running = false;
	}

	/** Leaves the rest of the work to the next turn. */
	defer(): void {
		this.#deferred ??= Timer.set(() => {
			this.#deferred = undefined;
			this.run();
		}, 0);
	}

	/** Cancels the deferred turn. */
	protected stop(): void {
		if (this.#deferred) Timer.clear(this.#deferred);
		this.#deferred = undefined;
	}
}
