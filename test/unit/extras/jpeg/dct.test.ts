import { assert } from "chai";
import { DCT_SCALE, forwardDct, FRACTION_BITS } from "yieldcam/jpeg/dct";
import { noise } from "./support/pictures.ts";

/** T.81, A.3.3, literally. */
function reference(samples: readonly number[]): number[] {
	const scale = (k: number) => (k === 0 ? Math.SQRT1_2 : 1);
	const cosine = (x: number, u: number) => Math.cos(((2 * x + 1) * u * Math.PI) / 16);
	return Array.from({ length: 64 }, (_, at) => {
		const v = at >> 3,
			u = at & 7;
		let sum = 0;
		for (let y = 0; y < 8; y++) for (let x = 0; x < 8; x++) sum += samples[8 * y + x] * cosine(x, u) * cosine(y, v);
		return (sum * scale(u) * scale(v)) / 4;
	});
}

/** The transform, in the scale of the standard. */
function transformed(samples: readonly number[]): number[] {
	const block = samples.map((sample) => sample << FRACTION_BITS);
	forwardDct(block);
	return block.map((value, at) => value / (DCT_SCALE[at >> 3] * DCT_SCALE[at & 7] * (8 << FRACTION_BITS)));
}

function worst(samples: readonly number[]): number {
	const expected = reference(samples);
	return Math.max(...transformed(samples).map((value, at) => Math.abs(value - expected[at])));
}

/** Blocks whose samples are as far from the middle as possible, so that each coefficient is largest. */
function extreme(coefficient: number): number[] {
	const v = coefficient >> 3,
		u = coefficient & 7;
	return Array.from({ length: 64 }, (_, at) =>
		Math.cos(((2 * (at & 7) + 1) * u * Math.PI) / 16) * Math.cos(((2 * (at >> 3) + 1) * v * Math.PI) / 16) >= 0
			? 127
			: -128,
	);
}

describe("the forward DCT", () => {
	it("equals that of the standard, to a fifth of a step", () => {
		const bytes = noise(64 * 20);
		for (let block = 0; block < 20; block++)
			assert.isBelow(worst(Array.from(bytes.subarray(64 * block, 64 * block + 64), (byte) => byte - 128)), 0.2);
	});

	it("does not overflow", () => {
		for (let coefficient = 0; coefficient < 64; coefficient++) {
			assert.isBelow(worst(extreme(coefficient)), 0.3, `coefficient ${coefficient}`);
			assert.isBelow(worst(extreme(coefficient).map((sample) => -1 - sample)), 0.3, `coefficient ${coefficient}`);
		}
	});

	it("transforms rows and columns of one color exactly", () => {
		const shapes: Record<string, (x: number, y: number) => boolean> = {
			"one color": () => true,
			"horizontal lines": (_x, y) => y === 2 || y === 7,
			"a vertical line": (x) => x === 3,
			"a corner": (x, y) => x === 3 || y === 2,
			half: (_x, y) => y < 4,
		};
		for (const [name, inside] of Object.entries(shapes))
			for (const colors of [
				[127, -128],
				[-128, 0],
				[0, 100],
			])
				assert.isBelow(
					worst(Array.from({ length: 64 }, (_, at) => (inside(at & 7, at >> 3) ? colors[0] : colors[1]))),
					0.2,
					name,
				);
	});
});
