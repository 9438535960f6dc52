import type { Frame } from "./frame.ts";

/** Someone who wants frames. */
export interface FrameSink {
	/** A new frame. It is borrowed for the call; who keeps it retains it. */
	onFrame(frame: Frame): void;
	/** There will be no more. */
	onEnd(): void;
}

/** Something that has frames: a camera, or whatever makes pictures. */
export interface FrameSource {
	watch(sink: FrameSink): void;
	/** No further call to the sink. Unknown sinks are ignored. */
	unwatch(sink: FrameSink): void;
}
