import { assert } from "chai";
import { timingSafeEqual, isSame } from "yieldcam/access/constant-time";

describe("a constant-time comparison", () => {
	const table: [a: number[], b: number[], equal: boolean][] = [
		[[], [], true],
		[[0], [0], true],
		[[1, 2, 255], [1, 2, 255], true],
		[[0], [1], false],
		[[1, 2, 3], [1, 2, 4], false],
		[[1, 2, 3], [0, 2, 3], false],
		[[0, 128], [0, 0], false],
		[[3, 1], [1, 3], false], // differences that would cancel each other
		[[], [0], false],
		[[0], [0, 0], false],
		[[1, 2], [1, 2, 3], false],
		[[1, 2], [1, 2, 1, 2], false],
		[[], new Array<number>(256).fill(0), false], // a length that is 0 as a byte
	];
	for (const [a, b, equal] of table) {
		it(`finds ${equal ? "equal" : "not equal"}: [${a.join()}] and ${b.length > 8 ? `${b.length} bytes` : `[${b.join()}]`}`, () => {
			assert.equal(timingSafeEqual(Uint8Array.from(a), Uint8Array.from(b)), equal);
			assert.equal(timingSafeEqual(Uint8Array.from(b), Uint8Array.from(a)), equal);
		});
	}

	for (const [a, b, same] of [
		["", "", true],
		["token", "token", true],
		["pässwort €", "pässwort €", true],
		["", "t", false],
		["token", "Token", false],
		["token", "toke", false],
		["token", "tokentoken", false],
		["\u00e9", "e\u0301", false], // they only look alike
		["\u00e9", "\u00c3\u00a9", false], // the bytes would be alike if one were taken for Latin-1
	] as const) {
		it(`finds ${same ? "the same" : "not the same"}: ${JSON.stringify(a)} and ${JSON.stringify(b)}`, () => {
			assert.equal(isSame(a, b), same);
			assert.equal(isSame(b, a), same);
		});
	}
});
