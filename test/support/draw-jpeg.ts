import { createCanvas } from "@napi-rs/canvas";

/** A small JPEG of the given size and color. */
export function drawJpeg(width: number, height: number, color = "teal"): Buffer {
	const canvas = createCanvas(width, height);
	const context = canvas.getContext("2d");
	context.fillStyle = color;
	context.fillRect(0, 0, width / 2, height);
	return canvas.encodeSync("jpeg", 80);
}

/** A JPEG that does not become small: noise, over half a byte per pixel. */
export function drawNoise(width: number, height: number, seed: number): Buffer {
	const canvas = createCanvas(width, height);
	const context = canvas.getContext("2d");
	const image = context.createImageData(width, height);
	let state = seed;
	for (let i = 0; i < image.data.length; i++) {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
		image.data[i] = i % 4 === 3 ? 255 : state >>> 24;
	}
	context.putImageData(image, 0, 0);
	return canvas.encodeSync("jpeg", 80);
}
