import Timer from "timer";
import type { FrameSink, FrameSource } from "yieldcam/camera/source";
import type { PictureSource } from "./picture-source.ts";

/** Milliseconds. */
const INTERVAL_MS = 10_000;

/**
 * Serves loops that read pictures, as opposed to sinks that receive each one. A generator that waits in such a loop
 * cannot be ended: `return()` is queued until what it awaits has settled (ECMA-262, 27.6.3.9), and a program that has
 * stopped writing would settle nothing. The generators of disconnected viewers would pile up, one for each. So if
 * nothing new comes for ten to twenty seconds, a loop receives the newest picture once more. If there is none at all,
 * it throws, as a camera's does.
 */
export class RepeatNewest implements FrameSource {
	readonly #source: FrameSource;
	readonly #pictures: PictureSource;
	/** For each sink, the number of pictures at the last check; undefined for sinks that came since. */
	readonly #seen = new Map<FrameSink, number | undefined>();
	#timer: Timer | undefined;

	/** @param source The source to watch: `pictures`, or the object that writes them. */
	constructor(source: FrameSource, pictures: PictureSource) {
		this.#source = source;
		this.#pictures = pictures;
	}

	watch(sink: FrameSink): void {
		// Before the call, because a closed source calls unwatch within it.
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
