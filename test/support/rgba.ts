import { createCanvas, loadImage } from "@napi-rs/canvas";

/** A picture's pixels: four bytes each, of which the last one is unused. */
export interface Rgba {
	readonly width: number;
	readonly height: number;
	readonly data: Uint8ClampedArray;
}

export function paintRgba(
	width: number,
	height: number,
	color: (x: number, y: number) => readonly [red: number, green: number, blue: number],
): Rgba {
	const data = new Uint8ClampedArray(4 * width * height).fill(255);
	for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) data.set(color(x, y), 4 * (y * width + x));
	return { width, height, data };
}

export async function decodeJpeg(jpeg: ArrayBuffer): Promise<Rgba> {
	const image = await loadImage(Buffer.from(jpeg));
	const { width, height } = image;
	const context = createCanvas(width, height).getContext("2d");
	context.drawImage(image, 0, 0);
	return { width, height, data: context.getImageData(0, 0, width, height).data };
}

/** Decodes it with libjpeg. */
export function encodeByLibjpeg({ width, height, data }: Rgba, quality: number): ArrayBuffer {
	const canvas = createCanvas(width, height);
	const context = canvas.getContext("2d");
	const image = context.createImageData(width, height);
	image.data.set(data);
	context.putImageData(image, 0, 0);
	const jpeg = canvas.encodeSync("jpeg", quality);
	return new Uint8Array(jpeg).buffer;
}

/** The difference of each of the three colors of each pixel. */
function differences(one: Rgba, other: Rgba): number[] {
	if (one.width !== other.width || one.height !== other.height)
		throw new Error(`${one.width}x${one.height} and ${other.width}x${other.height} pixels cannot be compared`);
	return Array.from(one.data, (value, at) => (at % 4 === 3 ? NaN : value - other.data[at])).filter(
		(value) => !Number.isNaN(value),
	);
}

/** The peak signal-to-noise ratio in dB; Infinity if they are the same. */
export function psnr(one: Rgba, other: Rgba): number {
	const squares = differences(one, other).map((difference) => difference ** 2);
	return 10 * Math.log10((255 ** 2 * squares.length) / squares.reduce((sum, square) => sum + square, 0));
}

export function largestDifference(one: Rgba, other: Rgba): number {
	return differences(one, other).reduce((largest, difference) => Math.max(largest, Math.abs(difference)), 0);
}
