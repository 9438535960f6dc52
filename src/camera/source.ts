import type { Frame } from "./frame.ts";

/** A receiver of frames. */
export interface FrameSink {
	/**
	 * Receives a new frame. It is borrowed for the call; retain it to keep it.
	 *
	 * @returns True if it is for a loop that continues in the next promise job and may release an older frame then.
	 */
	onFrame(frame: Frame): boolean | void;
	/** There are no more frames. */
	onEnd(): void;
	/** The camera runs out of buffers and needs an older frame back that the sink still holds for a slow client. */
	onNeeded?(frame: Frame): void;
	/**
	 * There are no frames for now; receives the reason. A sink that begins to watch then receives it too. Optional for
	 * sinks that can wait.
	 */
	onFault?(message: string): void;
}

/** A source of frames: a camera, or something that makes pictures. */
export interface FrameSource {
	/** Sends frames to the sink from now on. */
	watch(sink: FrameSink): void;
	/** Stops all calls to the sink. Unknown sinks are ignored. */
	unwatch(sink: FrameSink): void;
}
