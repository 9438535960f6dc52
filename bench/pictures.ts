import { createCanvas } from "@napi-rs/canvas";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const WIDTH = 320;
const HEIGHT = 240;
/** The size of an OV2640's QVGA frame at its default quality. */
const WANTED_BYTES = 10_000;
const COUNT = 30;

/** Fills a folder with frames to serve: QVGA, about 10 kB each, the same every time. */
export function drawPictures(folder: string): void {
	mkdirSync(folder, { recursive: true });
	if (readdirSync(folder).length === COUNT) return;
	const random = randomNumbers(1);
	for (let i = 0; i < COUNT; i++)
		writeFileSync(join(folder, `frame-${String(i).padStart(2, "0")}.jpg`), drawPicture(i / COUNT, random));
}

/**
 * Draws smooth shades, edges and noise, like a sensor's, and encodes them with the quality nearest to the wanted size.
 */
function drawPicture(phase: number, random: () => number): Buffer {
	const canvas = createCanvas(WIDTH, HEIGHT);
	const context = canvas.getContext("2d");
	const sky = context.createLinearGradient(0, 0, WIDTH, HEIGHT);
	sky.addColorStop(0, "#3a6ea5");
	sky.addColorStop(1, "#d9b380");
	context.fillStyle = sky;
	context.fillRect(0, 0, WIDTH, HEIGHT);
	for (let i = 0; i < 12; i++) {
		context.fillStyle = `hsl(${i * 30} 50% ${30 + i * 4}%)`;
		context.fillRect((i * 53 + phase * WIDTH) % WIDTH, i * 19, 40, 30);
	}
	const image = context.getImageData(0, 0, WIDTH, HEIGHT);
	for (let i = 0; i < image.data.length; i += 4) {
		const noise = (random() - 0.5) * 24;
		for (let channel = 0; channel < 3; channel++) image.data[i + channel] += noise;
	}
	context.putImageData(image, 0, 0);
	const sizes = Array.from({ length: 90 }, (_, index) => canvas.encodeSync("jpeg", index + 5));
	return sizes.reduce((best, jpeg) =>
		Math.abs(jpeg.length - WANTED_BYTES) < Math.abs(best.length - WANTED_BYTES) ? jpeg : best,
	);
}

/** Returns a linear congruential generator (Numerical Recipes' constants) of numbers from 0 to 1. */
function randomNumbers(seed: number): () => number {
	let state = seed;
	return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}
