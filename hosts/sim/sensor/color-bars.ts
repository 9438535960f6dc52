import type { SKRSContext2D } from "@napi-rs/canvas";
import type { FrameSize } from "../../../src/camera/frame-sizes.ts";

/** The bars from the left, as the OV2640's COM7[1] shows them. */
const BARS = ["#fff", "#ff0", "#0ff", "#0f0", "#f0f", "#f00", "#00f", "#000"];

/** Draws the chip's test pattern, which replaces the picture from the lens. */
export function drawColorBars(context: SKRSContext2D, { width, height }: FrameSize): void {
	BARS.forEach((color, i) => {
		const left = Math.round((i * width) / BARS.length);
		context.fillStyle = color;
		context.fillRect(left, 0, Math.round(((i + 1) * width) / BARS.length) - left, height);
	});
}
