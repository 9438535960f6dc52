import type { Block, BodySource } from "../http/body.ts";
import type { MjpegStream } from "./stream.ts";
import type { Part } from "./part.ts";

/**
 * One viewer of a stream: the body of its response. It holds a frame only while the socket takes it
 * and has no queue: when it is ready for another it gets the newest, and what came in between is
 * skipped. A BodySource rather than an iterator, since it runs for each frame and each viewer.
 */
export class Viewer implements BodySource {
	#stream: MjpegStream;
	#sending: Part | undefined;
	#seen: Part | undefined;
	#wake: (() => void) | undefined;
	#sent = 0;

	constructor(stream: MjpegStream) {
		this.#stream = stream;
	}

	/** Frames handed to the socket so far. */
	get sent(): number {
		return this.#sent;
	}

	pull(wake: () => void): Block | undefined | null {
		this.#takeBack();
		if (this.#stream.ended)
			return null;
		const part = this.#stream.newest;
		if (!part || part === this.#seen) {
			this.#wake = wake;
			return undefined;
		}
		part.frame.retain();
		this.#sending = part;
		this.#seen = part;
		return this.#sent++ ? part.next : part.first;
	}

	close(): void {
		this.#wake = undefined;
		this.#takeBack();
		this.#stream.leave(this);
	}

	/** There is a newer frame, or the stream has ended. */
	notify(): void {
		const wake = this.#wake;
		if (wake) {
			this.#wake = undefined;
			wake();
		}
	}

	#takeBack(): void {
		if (this.#sending) {
			this.#sending.frame.release();
			this.#sending = undefined;
		}
	}
}
