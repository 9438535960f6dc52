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
	/** Collects the samples of four blocks into one, for 4:2:0. */
	readonly gathered: { readonly blue: number[]; readonly red: number[] } | undefined;
}

export function newGathered(): Chroma["gathered"] {
	return { blue: newBlock(), red: newBlock() };
}

/** Codes the MCU at a column of the sampler's strip, which has `lines` lines. */
export function codeMcu(scan: Scan, column: number, lines: number): void {
	const { chroma } = scan;
	if (chroma?.gathered) codeFour(scan, chroma, chroma.gathered, column, lines);
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

/** Codes four blocks of luma, and one block of each chroma component for all four (T.81, A.2.3). */
function codeFour(
	{ width, sampler, coder, luma }: Scan,
	chroma: Chroma,
	{ blue, red }: NonNullable<Chroma["gathered"]>,
	column: number,
	lines: number,
): void {
	let varies = 0;
	for (let quarter = 0; quarter < 4; quarter++) {
		// A quarter beyond the edge repeats the last column or row, as its neighbor does.
		const x = Math.min(column + 8 * (quarter & 1), width - 1),
			y = Math.min(8 * (quarter >> 1), lines - 1);
		const varied = sampler.load(y * width + x, Math.min(8, width - x), Math.min(8, lines - y));
		varies |= varied;
		const at = 4 * (quarter & 1) + 32 * (quarter >> 1);
		gather(sampler.blue, blue, at, (varied & VARIES_BLUE) !== 0);
		gather(sampler.red, red, at, (varied & VARIES_RED) !== 0);
		coder.block(sampler.luma, luma, (varied & VARIES_LUMA) !== 0);
	}
	coder.block(blue, chroma.blue, (varies & VARIES_BLUE) !== 0 || !quartersAgree(blue));
	coder.block(red, chroma.red, (varies & VARIES_RED) !== 0 || !quartersAgree(red));
}

/** Writes the means of two by two samples into the quarter of a block that begins at `at`. */
function gather(from: readonly number[], into: number[], at: number, varies: boolean): void {
	let a = 0;
	for (let row = 0; row < 4; row++, a += 8, at += 4)
		for (let column = 0; column < 4; column++, a += 2, at++)
			into[at] = varies ? (from[a] + from[a + 1] + from[a + 8] + from[a + 9]) >> 2 : from[0];
}

function quartersAgree(block: readonly number[]): boolean {
	const first = block[0];
	return block[4] === first && block[32] === first && block[36] === first;
}
