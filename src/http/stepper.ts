import { type Sender, STARVED } from "./sender.ts";

/**
 * What goes on in steps, until none makes progress: whatever happens (bytes, room, an answer, a frame that
 * is ready) ends in `run`.
 */
export abstract class Stepper {
	#running = false;
	#again = false;

	/** Does one thing. Returns whether it is worth asking again. */
	protected abstract step(): boolean;

	/** As `run`, for what happens at each frame: a body has something, and to send it is most often all there is to do. */
	hurry(sender: Sender): void {
		if (this.#running) {
			this.#again = true;
			return;
		}
		this.#running = true;
		const done = sender.flush() === STARVED;
		this.#running = false;
		if (!done || this.#again || sender.attended)
			this.run();
	}

	run(): void {
		// A step may call for another: a source that wakes us while it is asked, a handler that reads.
		this.#again = true;
		if (this.#running)
			return;
		this.#running = true;
		while (this.#again) {
			this.#again = false;
			while (this.step());
		}
		this.#running = false;
	}
}
