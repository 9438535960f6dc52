import type { FrameSize } from "../../../src/camera/frame-sizes.ts";

/**
 * The layout of the test card. Everything is in a square in the middle, which is as large as the frame allows. Lengths
 * are fractions of its side, so that one design fits both 96×96 and 16:9.
 */
export class CardGeometry {
	readonly width: number;
	readonly height: number;
	readonly side: number;
	readonly centre: readonly [number, number];

	constructor({ width, height }: FrameSize) {
		this.width = width;
		this.height = height;
		this.side = Math.min(width, height);
		this.centre = [width / 2, height / 2];
	}

	/** Returns a length in whole pixels, so that edges stay sharp. */
	length(part: number): number {
		return Math.max(1, Math.round(part * this.side));
	}

	/** Returns a vertical position, measured downward from the middle of the frame. */
	y(part: number): number {
		return Math.round(this.centre[1] + part * this.side);
	}
}

/** Fractions of the side. Vertical positions count from the middle. A line of text is fitted to its width. */
export const LAYOUT = {
	disc: 0.435,
	ring: { inner: 0.442, outer: 0.482 },
	title: { middle: -0.328, height: 0.105, width: 0.5 },
	bars: { top: -0.25, bottom: -0.045 },
	ramp: { top: -0.045, bottom: 0.03 },
	/** The longest text is "12:34:56.789", which is where the disc is widest. */
	time: { middle: 0.107, height: 0.12, width: 0.79 },
	size: { middle: 0.222, height: 0.105, width: 0.67 },
	number: { middle: 0.33, height: 0.105, width: 0.43 },
} as const;

export type Line = Record<"middle" | "height" | "width", number>;
