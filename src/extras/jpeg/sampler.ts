import type { Pixels } from "./pixel-format.ts";

/** Flags for a sampler's blocks that have more than one value. */
export const VARIES_LUMA = 1,
	VARIES_BLUE = 2,
	VARIES_RED = 4;

/** Makes blocks of 8×8 samples from pixels, with `FRACTION_BITS` of fraction and centered at 0. */
export interface Sampler {
	readonly luma: number[];
	/** Cb and Cr; not used for gray. */
	readonly blue: number[];
	readonly red: number[];
	/** Sets the source of the pixels. */
	open(pixels: Pixels, width: number): void;
	/**
	 * Fills the blocks from `columns` by `rows` pixels, the first at index `at`. If there are fewer than eight, those
	 * at the right and at the bottom are repeated. Returns which blocks vary; of the others only the first sample is
	 * set.
	 */
	load(at: number, columns: number, rows: number): number;
}

export function newBlock(): number[] {
	return new Array<number>(64).fill(0);
}

/** Repeats the last column of the pixels to the right, and then the last row downwards. */
export function repeatEdges(block: number[], columns: number, rows: number): void {
	for (let row = 0; row < rows; row++)
		for (let column = columns; column < 8; column++) block[8 * row + column] = block[8 * row + columns - 1];
	for (let at = 8 * rows; at < 64; at++) block[at] = block[at - 8];
}

export function bytesOf(pixels: Pixels): Uint8Array {
	return ArrayBuffer.isView(pixels)
		? new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength)
		: new Uint8Array(pixels);
}

/**
 * Views pixels as words in the machine's byte order, which has the low byte first on everything that XS and Node run on
 * here.
 */
export function wordsOf(pixels: Pixels): Uint16Array {
	return ArrayBuffer.isView(pixels)
		? new Uint16Array(pixels.buffer, pixels.byteOffset, pixels.byteLength >> 1)
		: new Uint16Array(pixels, 0, pixels.byteLength >> 1);
}
