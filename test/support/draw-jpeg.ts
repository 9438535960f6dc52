import { createCanvas } from "@napi-rs/canvas";

/** A small JPEG of the given size and colour. */
export function drawJpeg(width: number, height: number, colour = "teal"): Buffer {
	const canvas = createCanvas(width, height);
	const context = canvas.getContext("2d");
	context.fillStyle = colour;
	context.fillRect(0, 0, width / 2, height);
	return canvas.encodeSync("jpeg", 80);
}
