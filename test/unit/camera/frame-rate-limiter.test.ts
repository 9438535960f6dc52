import { assert } from "chai";
import { FrameRateLimiter } from "yieldcam/camera/frame-rate-limiter";

/** Ten frames a second: one is due every 100,000 microseconds. */
function pace(first = 1_000_000): FrameRateLimiter {
	const pace = new FrameRateLimiter(10);
	assert.isTrue(pace.accepts(first), "the first");
	return pace;
}

/** The first time from `from` on that is accepted. */
function next(pace: FrameRateLimiter, from: number, to: number): number {
	for (let timestamp = from; timestamp <= to; timestamp += 500) {
		if (pace.accepts(timestamp)) return timestamp;
	}
	return assert.fail(`none from ${from} to ${to}`);
}

describe("a frame rate limiter", () => {
	it("accepts every frame at 0", () => {
		const all = new FrameRateLimiter(0);
		for (const timestamp of [5, 6, 6, 1, 0]) assert.isTrue(all.accepts(timestamp));
	});

	it("accepts a frame that comes an eighth early, and none that comes earlier", () => {
		const ten = pace();
		assert.equal(next(ten, 1_001_000, 1_100_000), 1_037_500, "half an interval after the first");
		assert.equal(next(ten, 1_038_000, 1_200_000), 1_137_500);
		assert.equal(next(ten, 1_138_000, 1_300_000), 1_237_500);
	});

	it("keeps the grid if frames come a little late", () => {
		const ten = pace();
		for (const [timestamp, taken] of [
			[1_050_000, true],
			[1_170_000, true],
			[1_200_000, false],
			[1_240_000, true],
			[1_337_000, false],
			[1_337_500, true],
		] as const)
			assert.equal(ten.accepts(timestamp), taken, String(timestamp));
	});

	it("does not catch up on frames that did not come", () => {
		const ten = pace();
		assert.isTrue(ten.accepts(9_000_000));
		assert.equal(next(ten, 9_000_500, 9_100_000), 9_037_500);
		assert.equal(next(ten, 9_038_000, 9_200_000), 9_137_500);
	});

	it("starts again if the clock is set back by two intervals or more", () => {
		const ten = pace();
		// Due at 1,050,000.
		assert.isFalse(ten.accepts(850_001));
		assert.isTrue(ten.accepts(850_000));
		assert.equal(next(ten, 850_500, 1_000_000), 937_500, "a whole interval after it");
		assert.isTrue(ten.accepts(1_000));
	});

	it("has the same grid if the clock starts at 0, and after a new start there", () => {
		const ten = pace(0);
		assert.equal(next(ten, 500, 200_000), 87_500);
		ten.restart();
		assert.isTrue(ten.accepts(0));
		assert.isFalse(ten.accepts(87_499));
		assert.isTrue(ten.accepts(87_500));
	});

	it("starts again on request", () => {
		const ten = pace();
		assert.isFalse(ten.accepts(1_000_001));
		ten.restart();
		assert.isTrue(ten.accepts(1_000_002));
	});
});
