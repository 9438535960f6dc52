import { FRACTION_BITS } from "./dct.ts";
import type { PixelFormat, Pixels } from "./pixel-format.ts";
import {
	bytesOf,
	newBlock,
	repeatEdges,
	type Sampler,
	VARIES_BLUE,
	VARIES_LUMA,
	VARIES_RED,
	wordsOf,
} from "./sampler.ts";

/*
 * JFIF's equations (BT.601, full range): Y = 0.299 R + 0.587 G + 0.114 B, Cb = 0.5 (B - Y) / (1 - 0.114),
 * Cr = 0.5 (R - Y) / (1 - 0.299).
 */

/** Bits by which the products are shifted right, so that `FRACTION_BITS` are left. */
const SHIFT = 16 - FRACTION_BITS;
const HALF = 1 << (SHIFT - 1);
const MIDDLE = 128 << 16;

/**
 * Returns the weights of red, green and blue in Y, then in Cb, then in Cr, in units of 2^-16, for the given maximum
 * values.
 */
function weights(red: number, green: number, blue: number): readonly number[] {
	const whole = 255 << 16;
	return Object.freeze(
		[
			0.299 / red,
			0.587 / green,
			0.114 / blue,
			-0.168735892 / red,
			-0.331264108 / green,
			0.5 / blue,
			0.5 / red,
			-0.418687589 / green,
			-0.081312411 / blue,
		].map((weight) => Math.round(weight * whole)),
	);
}

const WEIGHTS_565 = weights(31, 63, 31);
const WEIGHTS_888 = weights(255, 255, 255);

export class ColorSampler implements Sampler {
	readonly luma: number[] = newBlock();
	readonly blue: number[] = newBlock();
	readonly red: number[] = newBlock();
	readonly #wide: boolean;
	readonly #swapped: boolean;
	#pixels: Uint8Array | Uint16Array = new Uint8Array(0);
	/** The same pixels, two at a time; set if their rows begin at whole words. */
	#pairs: Int32Array | undefined;
	#width = 0;

	constructor(format: PixelFormat) {
		this.#wide = format === "rgb888";
		this.#swapped = format === "rgb565be";
	}

	open(source: Pixels, width: number): void {
		const pixels = this.#wide ? bytesOf(source) : wordsOf(source);
		this.#pixels = pixels;
		this.#pairs =
			this.#wide || width & 1 || pixels.byteOffset & 3
				? undefined
				: new Int32Array(pixels.buffer, pixels.byteOffset, pixels.length >> 1);
		this.#width = width;
	}

	load(at: number, columns: number, rows: number): number {
		const pixels = this.#pixels,
			pairs = this.#pairs,
			wide = this.#wide,
			swapped = this.#swapped,
			width = this.#width;
		// Drawings are mostly of one color.
		if (
			wide
				? isFlatInBytes(pixels, 3 * at, 3 * width, columns, rows)
				: pairs && columns === 8
					? isFlatInPairs(pairs, at >> 1, width >> 1, rows)
					: isFlat(pixels, at, width, columns, rows)
		)
			columns = rows = 1;
		const skip = width - columns;
		const luma = this.luma,
			blue = this.blue,
			red = this.red;
		const weights = wide ? WEIGHTS_888 : WEIGHTS_565;
		const lumaRed = weights[0],
			lumaGreen = weights[1],
			lumaBlue = weights[2];
		const blueRed = weights[3],
			blueGreen = weights[4],
			blueBlue = weights[5];
		const redRed = weights[6],
			redGreen = weights[7],
			redBlue = weights[8];
		const redShift = wide ? 16 : 11,
			greenShift = wide ? 8 : 5,
			greenMask = wide ? 255 : 63,
			blueMask = wide ? 255 : 31;
		let varies = 0,
			last = -1,
			y = 0,
			cb = 0,
			cr = 0,
			newY = 0,
			newCb = 0,
			newCr = 0;
		let pixel = 0,
			r = 0,
			g = 0,
			b = 0,
			to = 0,
			end = columns;
		for (let row = 0; row < rows; row++, at += skip, to += 8 - columns, end += 8)
			for (; to < end; at++, to++) {
				pixel = wide ? (pixels[3 * at] << 16) | (pixels[3 * at + 1] << 8) | pixels[3 * at + 2] : pixels[at];
				if (pixel !== last) {
					last = pixel;
					if (swapped) pixel = ((pixel & 0xff) << 8) | (pixel >> 8);
					r = pixel >> redShift;
					g = (pixel >> greenShift) & greenMask;
					b = pixel & blueMask;
					newY = (lumaRed * r + lumaGreen * g + lumaBlue * b - MIDDLE + HALF) >> SHIFT;
					newCb = (blueRed * r + blueGreen * g + blueBlue * b + HALF) >> SHIFT;
					newCr = (redRed * r + redGreen * g + redBlue * b + HALF) >> SHIFT;
					if (to) {
						if (newY !== y) varies |= VARIES_LUMA;
						if (newCb !== cb) varies |= VARIES_BLUE;
						if (newCr !== cr) varies |= VARIES_RED;
					}
					y = newY;
					cb = newCb;
					cr = newCr;
				}
				luma[to] = y;
				blue[to] = cb;
				red[to] = cr;
			}
		if (varies && (columns < 8 || rows < 8)) {
			repeatEdges(luma, columns, rows);
			repeatEdges(blue, columns, rows);
			repeatEdges(red, columns, rows);
		}
		return varies;
	}
}

/** Reports whether all pixels are the same. */
function isFlat(pixels: Uint8Array | Uint16Array, at: number, width: number, columns: number, rows: number): boolean {
	const first = pixels[at];
	for (; rows > 0; rows--, at += width)
		for (let i = at, end = at + columns; i < end; i++) if (pixels[i] !== first) return false;
	return true;
}

/** Like isFlat, for a block's whole width, two pixels at a time. */
function isFlatInPairs(pairs: Int32Array, at: number, width: number, rows: number): boolean {
	const first = pairs[at];
	if (first !== ((first << 16) | (first & 0xffff))) return false;
	for (; rows > 0; rows--, at += width)
		if (pairs[at] !== first || pairs[at + 1] !== first || pairs[at + 2] !== first || pairs[at + 3] !== first)
			return false;
	return true;
}

/** Like isFlat, for pixels of three bytes. */
function isFlatInBytes(
	bytes: Uint8Array | Uint16Array,
	at: number,
	width: number,
	columns: number,
	rows: number,
): boolean {
	const red = bytes[at],
		green = bytes[at + 1],
		blue = bytes[at + 2];
	for (; rows > 0; rows--, at += width)
		for (let i = at, end = at + 3 * columns; i < end; i += 3)
			if (bytes[i] !== red || bytes[i + 1] !== green || bytes[i + 2] !== blue) return false;
	return true;
}
