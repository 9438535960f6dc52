/**
 * The forward DCT of Arai, Agui and Nakajima, of which libjpeg's jfdctfst.c is another form. It takes five
 * multiplications for eight samples; quantization does the rest of the scaling (`DCT_SCALE`).
 *
 * Blocks are plain arrays: XS reads and writes them in half the time of a typed array.
 */

/**
 * Fraction bits of the samples, which the transform keeps. More would overflow: its largest product is below
 * 2^(12.4 + 5 + 13.4). If a product exceeds 32 bits, XS continues in floating point, and the shift wraps it.
 */
export const FRACTION_BITS = 5;

/** Scale of the transform's coefficient k, relative to the DCT of T.81, A.3.3: cos(kπ/16)·√2, and 1 for the first. */
export const DCT_SCALE: readonly number[] = Object.freeze([
	1, 1.387039845, 1.306562965, 1.175875602, 1, 0.785694958, 0.5411961, 0.275899379,
]);

/** Transforms a block of 8×8 samples in place. Coefficient (u, v) is 8·DCT_SCALE[u]·DCT_SCALE[v] times too large. */
export function forwardDct(block: number[]): void {
	// If every row has a single value, all columns but the first are zeros.
	const columns = transform(block, 8, 1, 8) ? 8 : 1;
	transform(block, 1, 8, columns);
}

/**
 * Does one-dimensional transforms that begin `next` apart, of samples that are `step` apart. Returns whether any of
 * them had different samples. The variables are outside the loop, because XS creates inner ones again in each round.
 */
function transform(block: number[], next: number, step: number, count: number): boolean {
	const step2 = 2 * step,
		step3 = 3 * step,
		step4 = 4 * step,
		step5 = 5 * step,
		step6 = 6 * step,
		step7 = 7 * step;
	let s0, s1, s2, s3, s4, s5, s6, s7, t0, t1, t2, t3;
	let varies = false;
	for (let at = 0; count > 0; count--, at += next) {
		s0 = block[at];
		s1 = block[at + step];
		s2 = block[at + step2];
		s3 = block[at + step3];
		s4 = block[at + step4];
		s5 = block[at + step5];
		s6 = block[at + step6];
		s7 = block[at + step7];
		// Drawings have many lines of one color.
		if (s0 === s1 && s0 === s2 && s0 === s3 && s0 === s4 && s0 === s5 && s0 === s6 && s0 === s7) {
			if (s0 !== 0) {
				block[at] = s0 << 3;
				block[at + step] = block[at + step2] = block[at + step3] = 0;
				block[at + step4] = block[at + step5] = block[at + step6] = block[at + step7] = 0;
			}
			continue;
		}
		varies = true;

		t0 = s0 + s7;
		t1 = s1 + s6;
		t2 = s2 + s5;
		t3 = s3 + s4;
		s7 = s0 - s7;
		s6 = s1 - s6;
		s5 = s2 - s5;
		s4 = s3 - s4;

		s0 = t0 + t3;
		s1 = t1 + t2;
		t3 = t0 - t3;
		t2 = ((t1 - t2 + t3) * 5793) >> 13; // √½
		block[at] = s0 + s1;
		block[at + step4] = s0 - s1;
		block[at + step2] = t3 + t2;
		block[at + step6] = t3 - t2;

		s4 += s5;
		s5 = ((s5 + s6) * 5793) >> 13;
		s6 += s7;
		t0 = ((s4 - s6) * 3135) >> 13; // cos(3π/8)
		s4 = ((s4 * 4433) >> 13) + t0; // √2·sin(π/8)
		s6 = ((s6 * 10703) >> 13) + t0; // √2·cos(π/8)
		t1 = s7 + s5;
		t2 = s7 - s5;
		block[at + step5] = t2 + s4;
		block[at + step3] = t2 - s4;
		block[at + step] = t1 + s6;
		block[at + step7] = t1 - s6;
	}
	return varies;
}
