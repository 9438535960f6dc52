import type { FrameSize } from "../../../src/camera/frame-sizes.ts";
import type { Settings } from "./chip.ts";

/** The sensor's data at the start of a frame's exposure. */
export interface Exposure {
	/** The number of grid ticks since the sensor started. A gap is a skipped frame. */
	readonly number: number;
	readonly time: Date;
	readonly frameSize: FrameSize;
	/** The values that the host has `set`, by name, of settings that change the picture: `brightness`, `hmirror`, … */
	readonly settings: Settings;
}

export interface Picture {
	readonly jpeg: Uint8Array;
	readonly width: number;
	readonly height: number;
}

/** A source of the sensor's pictures. Only one `take` runs at a time. */
export interface PictureSource {
	take(exposure: Exposure): Promise<Picture>;
}
