import { createCanvas } from "@napi-rs/canvas";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const width = 320;
const height = 240;
/** What a QVGA frame of an OV2640 at its default quality comes to. */
const wantedBytes = 10_000;
const count = 30;

/** Fills a folder with the frames that are served: QVGA, some 10 kB each, the same every time. */
export function drawPictures(folder: string): void {
	mkdirSync(folder, { recursive: true });
	if (readdirSync(folder).length === count) return;
	const random = randomNumbers(1);
	for (let i = 0; i < count; i++)
		writeFileSync(join(folder, `frame-${String(i).padStart(2, "0")}.jpg`), drawPicture(i / count, random));
}

/** Smooth shades, edges and noise, as a sensor gives them; encoded at whatever quality comes nearest to the wanted size. */
function drawPicture(phase: number, random: () => number): Buffer {
	const canvas = createCanvas(width, height);
	const context = canvas.getContext("2d");
	const sky = context.createLinearGradient(0, 0, width, height);
	sky.addColorStop(0, "#3a6ea5");
	sky.addColorStop(1, "#d9b380");
	context.fillStyle = sky;
	context.fillRect(0, 0, width, height);
	for (let i = 0; i < 12; i++) {
		context.fillStyle = `hsl(${i * 30} 50% ${30 + i * 4}%)`;
		context.fillRect((i * 53 + phase * width) % width, i * 19, 40, 30);
	}
	const image = context.getImageData(0, 0, width, height);
	for (let i = 0; i < image.data.length; i += 4) {
		const noise = (random() - 0.5) * 24;
		for (let channel = 0; channel < 3; channel++) image.data[i + channel] += noise;
	}
	context.putImageData(image, 0, 0);
	const sizes = Array.from({ length: 90 }, (_, index) => canvas.encodeSync("jpeg", index + 5));
	return sizes.reduce((best, jpeg) =>
		Math.abs(jpeg.length - wantedBytes) < Math.abs(best.length - wantedBytes) ? jpeg : best,
	);
}

/** A linear congruential generator (Numerical Recipes' constants): from 0 to 1. */
function randomNumbers(seed: number): () => number {
	let state = seed;
	return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}
