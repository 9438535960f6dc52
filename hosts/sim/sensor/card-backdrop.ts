import { type Canvas, createCanvas, type SKRSContext2D } from "@napi-rs/canvas";
import type { FrameSize } from "../../../src/camera/frame-sizes.ts";
import { CardGeometry, LAYOUT } from "./card-geometry.ts";
import { writeLine } from "./font.ts";
import { frameSizeLabel } from "./frame-size-label.ts";
import { Noise } from "./noise.ts";

const PAPER = ["#31485f", "#16212e"] as const;
const INK = "#f4f1e8";
/** SMPTE's color bars at 75 percent. */
const BARS = ["#bfbfbf", "#bfbf00", "#00bfbf", "#00bf00", "#bf00bf", "#bf0000", "#0000bf"];
const GREY_STEPS = 11;
/** The smallest sides with room for more than the bars and the three lines: in pixels, and in bytes of the JPEG. */
const MIN_SIDE_FOR_DETAIL = 240;
const MIN_BYTES_FOR_EDGE = 480;

/** Draws everything on the card that does not change, once for each frame size. */
export function drawBackdrop(frameSize: FrameSize): Canvas {
	const geometry = new CardGeometry(frameSize);
	const canvas = createCanvas(frameSize.width, frameSize.height);
	const context = canvas.getContext("2d");
	drawPaper(context, geometry);
	if (geometry.side >= MIN_SIDE_FOR_DETAIL) {
		drawGrid(context, geometry);
		drawStars(context, geometry);
	}
	if (geometry.side >= MIN_BYTES_FOR_EDGE) drawEdge(context, geometry);
	drawDisc(context, geometry, frameSizeLabel(frameSize));
	if (geometry.side >= MIN_SIDE_FOR_DETAIL) addGrain(context, geometry);
	return canvas;
}

function drawPaper(context: SKRSContext2D, { width, height }: CardGeometry): void {
	const gradient = context.createLinearGradient(0, 0, 0, height);
	gradient.addColorStop(0, PAPER[0]);
	gradient.addColorStop(1, PAPER[1]);
	context.fillStyle = gradient;
	context.fillRect(0, 0, width, height);
}

function drawGrid(context: SKRSContext2D, geometry: CardGeometry): void {
	const { width, height, centre } = geometry;
	context.fillStyle = "rgb(244 241 232 / 18%)";
	const cell = geometry.side / 10;
	const line = geometry.length(0.004);
	for (let x = centre[0] % cell; x < width; x += cell) context.fillRect(Math.round(x - line / 2), 0, line, height);
	for (let y = centre[1] % cell; y < height; y += cell) context.fillRect(0, Math.round(y - line / 2), width, line);
}

/** Draws black and white along the four edges, which are missing if something crops the picture. */
function drawEdge(context: SKRSContext2D, { width, height, side }: CardGeometry): void {
	const thickness = Math.max(2, Math.round(side / 60));
	const across = Math.round(width / (side / 10)) | 1;
	const down = Math.round(height / (side / 10)) | 1;
	for (let i = 0; i < across; i += 1) {
		context.fillStyle = i % 2 ? INK : "#000";
		context.fillRect((i * width) / across, 0, width / across, thickness);
		context.fillRect((i * width) / across, height - thickness, width / across, thickness);
	}
	for (let i = 0; i < down; i += 1) {
		context.fillStyle = i % 2 ? INK : "#000";
		context.fillRect(0, (i * height) / down, thickness, height / down);
		context.fillRect(width - thickness, (i * height) / down, thickness, height / down);
	}
}

/** Draws a Siemens star in each corner. It shows sharpness and, since the colors differ, which corner it is. */
function drawStars(context: SKRSContext2D, geometry: CardGeometry): void {
	const { width, height, side } = geometry;
	const free = (Math.max(width, height) - side) / 2;
	const radius = Math.max(0.075 * side, Math.min(0.16 * side, free * 0.8));
	const margin = radius + 0.03 * side;
	const corners = [
		[margin, margin, "#c2473f"],
		[width - margin, margin, "#c7a437"],
		[margin, height - margin, "#3795bd"],
		[width - margin, height - margin, "#a9b0b5"],
	] as const;
	for (const [x, y, color] of corners) {
		context.fillStyle = "#0d141c";
		context.beginPath();
		context.arc(x, y, radius, 0, 2 * Math.PI);
		context.fill();
		context.fillStyle = color;
		const spokes = 10;
		for (let i = 0; i < spokes; i += 1) {
			context.beginPath();
			context.moveTo(x, y);
			context.arc(x, y, radius, (2 * i * Math.PI) / spokes, ((2 * i + 1) * Math.PI) / spokes);
			context.fill();
		}
	}
}

function drawDisc(context: SKRSContext2D, geometry: CardGeometry, label: string): void {
	const [x, y] = geometry.centre;
	context.save();
	context.fillStyle = "#0d141c";
	context.beginPath();
	context.arc(x, y, LAYOUT.ring.outer * geometry.side, 0, 2 * Math.PI);
	context.fill();
	context.beginPath();
	context.arc(x, y, LAYOUT.disc * geometry.side, 0, 2 * Math.PI);
	context.clip();
	const left = x - LAYOUT.disc * geometry.side;
	const across = 2 * LAYOUT.disc * geometry.side;
	drawSteps(context, geometry, left, across, BARS, { ...LAYOUT.bars, top: -LAYOUT.disc });
	const greys = Array.from({ length: GREY_STEPS }, (_, i) => {
		const level = Math.round((255 * i) / (GREY_STEPS - 1));
		return `rgb(${level} ${level} ${level})`;
	});
	drawSteps(context, geometry, left, across, greys, LAYOUT.ramp);

	if (geometry.side >= MIN_SIDE_FOR_DETAIL) {
		context.fillStyle = INK;
		context.fillRect(0, 0, geometry.width, geometry.y(LAYOUT.bars.top));
		context.fillStyle = "#16212e";
		writeLine(context, geometry, LAYOUT.title, "yieldcam");
	}
	context.fillStyle = "#8fd3ff";
	writeLine(context, geometry, LAYOUT.size, label);
	context.restore();
}

function drawSteps(
	context: SKRSContext2D,
	geometry: CardGeometry,
	left: number,
	across: number,
	colors: readonly string[],
	{ top, bottom }: { top: number; bottom: number },
): void {
	colors.forEach((color, i) => {
		const from = Math.round(left + (across * i) / colors.length);
		const to = Math.round(left + (across * (i + 1)) / colors.length);
		context.fillStyle = color;
		context.fillRect(from, geometry.y(top), to - from, geometry.y(bottom) - geometry.y(top));
	});
}

/**
 * Adds the grain that a small sensor shows indoors, and that makes a JPEG as large as a camera's. The small sizes have
 * less grain, since there the chip adds up neighboring pixels.
 */
function addGrain(context: SKRSContext2D, { width, height, side }: CardGeometry): void {
	const grain = Math.min(6, Math.round(side / 200));
	const image = context.getImageData(0, 0, width, height);
	const { data } = image;
	const noise = new Noise();
	for (let i = 0; i < data.length; i += 4) {
		const value = noise.next(grain);
		data[i] += value;
		data[i + 1] += value;
		data[i + 2] += value;
	}
	context.putImageData(image, 0, 0);
}
