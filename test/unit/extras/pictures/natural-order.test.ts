import { assert } from "chai";
import { compareNaturally } from "yieldcam/pictures/natural-order";

describe("natural order", () => {
	it("counts as a person does", () => {
		const names = [
			"frame-1.jpg",
			"Frame-2.jpg",
			"frame-9.jpg",
			"frame-10.JPG",
			"frame-10b.jpg",
			"frame-100.jpg",
			"g.jpg",
			"g1.jpg",
			"ä.jpg",
		];
		assert.deepEqual(names.slice().reverse().sort(compareNaturally), names);
		assert.deepEqual(names.slice().sort(compareNaturally), names);
	});

	it("compares numbers of any length", () => {
		assert.isBelow(
			compareNaturally("20260101000000000000000000000000000001", "20260101000000000000000000000000000002"),
			0,
		);
		assert.isBelow(compareNaturally("x99999999999999999999", "x100000000000000000000"), 0);
	});

	it("distinguishes names whose numbers are equal, and always the same way", () => {
		for (const [a, b] of [
			["1.jpg", "01.jpg"],
			["a.jpg", "A.jpg"],
			["a0b", "a00b"],
		] as const) {
			assert.notEqual(compareNaturally(a, b), 0);
			assert.equal(Math.sign(compareNaturally(a, b)), -Math.sign(compareNaturally(b, a)));
		}
		assert.equal(compareNaturally("a1", "a1"), 0);
	});

	it("sorts a prefix before the longer name", () => {
		assert.isBelow(compareNaturally("", "a"), 0);
		assert.isBelow(compareNaturally("a", "a1"), 0);
		assert.isBelow(compareNaturally("a1", "a1b"), 0);
	});
});
