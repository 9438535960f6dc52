import type { Frame } from "./frame.ts";

/** Someone who wants frames. */
export interface FrameSink {
	/**
	 * A new frame. It is borrowed for the call; who keeps it retains it.
	 *
	 * @returns True where it is for a loop that goes on in the next promise job, and may let go of an older one then.
	 */
	onFrame(frame: Frame): boolean | void;
	/** There will be no more. */
	onEnd(): void;
	/** The camera runs out of buffers: a frame that the sink still has from before, for a client that is slow, is needed back. */
	onNeeded?(frame: Frame): void;
	/** There are none for now, and why; told to who begins to watch meanwhile as well. Who can wait need not listen. */
	onFault?(message: string): void;
}

/** Something that has frames: a camera, or whatever makes pictures. */
export interface FrameSource {
	watch(sink: FrameSink): void;
	/** No further call to the sink. Unknown sinks are ignored. */
	unwatch(sink: FrameSink): void;
}
