import type { FrameSize } from "../../../src/camera/frame-sizes.ts";
import type { Settings } from "./chip.ts";

/** What the sensor knows when a frame's exposure starts. */
export interface Exposure {
	/** Counts the grid's ticks since the sensor was started: a gap is a frame that was skipped. */
	readonly number: number;
	readonly time: Date;
	readonly frameSize: FrameSize;
	/** Every `set` of the host by name, for the settings that change the picture: `brightness`, `hmirror`, … */
	readonly settings: Settings;
}

export interface Picture {
	readonly jpeg: Uint8Array;
	readonly width: number;
	readonly height: number;
}

/** Where the sensor's pictures come from. One `take` is under way at a time. */
export interface PictureSource {
	take(exposure: Exposure): Promise<Picture>;
}
