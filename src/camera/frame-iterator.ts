import type { Frame } from "./frame.ts";
import type { FrameSink, FrameSource } from "./source.ts";

type Result = IteratorResult<Frame, undefined>;

/** Implements `camera.frames()`: watches from the first `next` on, and lends one frame at a time. */
export class FrameIterator implements AsyncIterableIterator<Frame>, FrameSink {
	#source: FrameSource;
	#watching = false;
	#done = false;
	/** Settles the promise of `next`. Its `reject` is not kept: that would cost some slots while a viewer waits. */
	#waiting: ((result: Result | Promise<Result>) => void) | undefined;
	/** The error that the next call rejects with. */
	#fault: Error | undefined;
	#newest: Frame | undefined;
	#lent: Frame | undefined;

	constructor(source: FrameSource) {
		this.#source = source;
	}

	[Symbol.asyncIterator](): this {
		return this;
	}

	next(): Promise<Result> {
		this.takeBack();
		if (this.#done) return Promise.resolve({ done: true, value: undefined });
		if (!this.#watching) {
			this.#watching = true;
			this.#source.watch(this);
		}
		const fault = this.#fault;
		if (fault) {
			this.end();
			return Promise.reject(fault);
		}
		const frame = this.#newest;
		if (frame) {
			this.#newest = undefined;
			this.#lent = frame;
			return Promise.resolve({ done: false, value: frame });
		}
		return new Promise((resolve) => {
			this.#waiting = resolve;
		});
	}

	/** Ends the iteration, including a pending `next`. */
	return(): Promise<Result> {
		this.end();
		return Promise.resolve({ done: true, value: undefined });
	}

	onFrame(frame: Frame): boolean {
		frame.retain();
		this.#fault = undefined;
		const resolve = this.#waiting;
		if (resolve) {
			this.#waiting = undefined;
			this.#lent = frame;
			resolve({ done: false, value: frame });
			return true;
		}
		this.#newest?.release();
		this.#newest = frame;
		return false;
	}

	onEnd(): void {
		this.end();
	}

	onFault(message: string): void {
		const error = new Error(message);
		const waiting = this.#waiting;
		if (!waiting) {
			this.#fault = error;
			return;
		}
		this.#waiting = undefined;
		this.end();
		waiting(Promise.reject(error));
	}

	private end(): void {
		this.#done = true;
		this.takeBack();
		this.#newest?.release();
		this.#newest = undefined;
		if (this.#watching) {
			this.#watching = false;
			this.#source.unwatch(this);
		}
		const waiting = this.#waiting;
		this.#waiting = undefined;
		waiting?.({ done: true, value: undefined });
	}

	private takeBack(): void {
		this.#lent?.release();
		this.#lent = undefined;
	}
}
