import Timer from "timer";
import type { FrameSink, FrameSource } from "yieldcam/camera/source";
import type { PictureSource } from "./picture-source.ts";

/** Milliseconds. */
const INTERVAL_MS = 10_000;

/**
 * The loops that read pictures, beside those who are told of each. A generator that waits in such a loop cannot be
 * ended: `return()` is kept until what it awaits has settled (ECMA-262, 27.6.3.9), and a picture that stands still, of
 * a program that has stopped writing, would settle nothing. Generators of viewers who have left would stay, as many as
 * came and went. So where nothing new comes for ten to twenty seconds, a loop is given the newest picture once more;
 * and where there is none at all it throws, as a camera's does.
 */
export class RepeatNewest implements FrameSource {
	readonly #source: FrameSource;
	readonly #pictures: PictureSource;
	/** What had been written at the last look, or nothing for who came since. */
	readonly #seen = new Map<FrameSink, number | undefined>();
	#timer: Timer | undefined;

	/** @param source Which is watched; `pictures`, or who writes them. */
	constructor(source: FrameSource, pictures: PictureSource) {
		this.#source = source;
		this.#pictures = pictures;
	}

	watch(sink: FrameSink): void {
		// Before the call, in which a source that is closed has it taken off again.
		this.#seen.set(sink, undefined);
		this.#timer ??= Timer.repeat(() => this.look(), INTERVAL_MS);
		this.#source.watch(sink);
	}

	unwatch(sink: FrameSink): void {
		this.#source.unwatch(sink);
		this.#seen.delete(sink);
		if (!this.#seen.size) {
			Timer.clear(this.#timer);
			this.#timer = undefined;
		}
	}

	private look(): void {
		const { newest, written } = this.#pictures;
		for (const [sink, seen] of [...this.#seen]) {
			if (seen !== written) this.#seen.set(sink, written);
			else if (newest) sink.onFrame(newest);
			else sink.onFault?.("there is no picture yet");
		}
	}
}
