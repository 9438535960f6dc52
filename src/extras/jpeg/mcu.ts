import type { Component, EntropyCoder } from "./entropy-coder.ts";
import { newBlock, type Sampler, VARIES_BLUE, VARIES_LUMA, VARIES_RED } from "./sampler.ts";

/*
 * These are functions, not private methods of the encoder. If such methods are not in flash, XS ties them to the
 * instance that was made last (`fxDefinePrivateProperty` in xsProperty.c), and so keeps it, with all its buffers, until
 * there is another.
 */

/** What the MCUs of a picture are made with. */
export interface Scan {
	/** Pixels in a line. */
	readonly width: number;
	readonly sampler: Sampler;
	readonly coder: EntropyCoder;
	readonly luma: Component;
	/** Undefined for gray. */
	readonly chroma: Chroma | undefined;
}

export interface Chroma {
	readonly blue: Component;
	readonly red: Component;
	/** Collects the samples of several blocks into one; undefined for 4:4:4. */
	readonly gathered: Gathered | undefined;
}

interface Gathered {
	readonly blue: number[];
	readonly red: number[];
	/** Rows of blocks for one of each: 1 for 4:2:2, 2 for 4:2:0. Of columns there are two. */
	readonly rows: 1 | 2;
}

export function newGathered(rows: 1 | 2): Gathered {
	return { blue: newBlock(), red: newBlock(), rows };
}

/** Codes the MCU at a column of the sampler's strip, which has `lines` lines. */
export function codeMcu(scan: Scan, column: number, lines: number): void {
	const { chroma } = scan;
	if (chroma?.gathered) codeSeveral(scan, chroma, chroma.gathered, column, lines);
	else codeOne(scan, column, lines);
}

/** Codes one block of each component. */
function codeOne({ width, sampler, coder, luma, chroma }: Scan, column: number, lines: number): void {
	const varies = sampler.load(column, Math.min(8, width - column), lines);
	coder.block(sampler.luma, luma, (varies & VARIES_LUMA) !== 0);
	if (chroma) {
		coder.block(sampler.blue, chroma.blue, (varies & VARIES_BLUE) !== 0);
		coder.block(sampler.red, chroma.red, (varies & VARIES_RED) !== 0);
	}
}

/** Codes two or four blocks of luma, and one block of each chroma component for all of them (T.81, A.2.3). */
function codeSeveral(
	{ width, sampler, coder, luma }: Scan,
	chroma: Chroma,
	{ blue, red, rows }: Gathered,
	column: number,
	lines: number,
): void {
	let varies = 0;
	for (let part = 0; part < 2 * rows; part++) {
		// A block beyond the edge repeats the last column or row, as its neighbor does.
		const x = Math.min(column + 8 * (part & 1), width - 1),
			y = Math.min(8 * (part >> 1), lines - 1);
		const varied = sampler.load(y * width + x, Math.min(8, width - x), Math.min(8, lines - y));
		varies |= varied;
		const at = 4 * (part & 1) + 32 * (part >> 1);
		gather(sampler.blue, blue, at, rows, (varied & VARIES_BLUE) !== 0);
		gather(sampler.red, red, at, rows, (varied & VARIES_RED) !== 0);
		coder.block(sampler.luma, luma, (varied & VARIES_LUMA) !== 0);
	}
	coder.block(blue, chroma.blue, (varies & VARIES_BLUE) !== 0 || !partsAgree(blue));
	coder.block(red, chroma.red, (varies & VARIES_RED) !== 0 || !partsAgree(red));
}

/** Writes the means of two by one or two by two samples into the part of a block that begins at `at`. */
function gather(from: readonly number[], into: number[], at: number, rows: 1 | 2, varies: boolean): void {
	const below = rows === 1 ? 0 : 8,
		next = 8 * rows - 8;
	let a = 0;
	for (let row = 0; row < 8 / rows; row++, a += next, at += 4)
		for (let column = 0; column < 4; column++, a += 2, at++)
			into[at] = varies ? (from[a] + from[a + 1] + from[a + below] + from[a + below + 1]) >> 2 : from[0];
}

function partsAgree(block: readonly number[]): boolean {
	const first = block[0];
	return block[4] === first && block[32] === first && block[36] === first;
}
