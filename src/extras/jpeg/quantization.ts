import { DCT_SCALE, FRACTION_BITS } from "./dct.ts";
import { ZIGZAG } from "./zigzag.ts";

/** T.81, table K.1, row by row. */
const LUMA: readonly number[] = Object.freeze([
	16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
	87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
	72, 92, 95, 98, 112, 100, 103, 99,
]);

/** Table K.2. */
const CHROMA: readonly number[] = Object.freeze([
	17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99,
]);

/**
 * A table of Annex K, scaled as in libjpeg for a quality of 1 to 100, and for the transform's coefficients. All in
 * zig-zag order.
 */
export class Quantization {
	/** The table itself, as it is in the header. */
	readonly steps = new Uint8Array(64);
	/** Divisors of the transform's coefficients. */
	readonly divisors = new Float64Array(64);
	/**
	 * Half of the divisors: a smaller coefficient becomes 0. They are integers, because nearly all coefficients are
	 * only compared to them.
	 */
	readonly limits = new Int32Array(64);
	/** The smallest limit after the first. */
	readonly leastLimit: number;

	constructor(table: "luma" | "chroma", quality: number) {
		const base = table === "luma" ? LUMA : CHROMA;
		const percent = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
		let least = Infinity;
		for (let k = 0; k < 64; k++) {
			const at = ZIGZAG[k];
			const step = Math.max(1, Math.min(255, Math.floor((base[at] * percent + 50) / 100)));
			const divisor = step * DCT_SCALE[at >> 3] * DCT_SCALE[at & 7] * (8 << FRACTION_BITS);
			const limit = Math.ceil(divisor / 2);
			this.steps[k] = step;
			this.divisors[k] = divisor;
			this.limits[k] = limit;
			if (k > 0) least = Math.min(least, limit);
		}
		this.leastLimit = least;
	}
}
