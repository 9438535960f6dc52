import Timer from "timer";
import { type Sender, STARVED } from "./sender.ts";

/** Steps in one turn: frames and pieces of content of one peer, before others get theirs. */
const STEPS = 48;

/**
 * What goes on in steps, until none makes progress: whatever happens (bytes, room, an answer, a frame that
 * is ready) ends in `run`. A peer that has sent more than a turn's work waits for the next turn.
 */
export abstract class RunLoop {
	#running = false;
	#again = false;
	/** The rest is left for another turn. */
	#deferred: Timer | undefined;

	/** Does one thing. Returns whether it is worth asking again. */
	protected abstract step(): boolean;

	/** As `run`, for what happens at each frame: a body has something, and to send it is most often all there is to do. */
	flushFirst(sender: Sender): void {
		if (this.#running) {
			this.#again = true;
			return;
		}
		this.#running = true;
		const done = sender.flush() === STARVED;
		this.#running = false;
		if (!done || this.#again || sender.runsOwner) this.run();
	}

	run(): void {
		// A step may call for another: a source that wakes us while it is asked, a handler that reads.
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

	/** Leaves what is left to be done to the next turn. */
	protected defer(): void {
		this.#deferred ??= Timer.set(() => {
			this.#deferred = undefined;
			this.run();
		}, 0);
	}

	/** No more steps. */
	protected stop(): void {
		if (this.#deferred) Timer.clear(this.#deferred);
		this.#deferred = undefined;
	}
}
