import { assert } from "chai";
import { Rate } from "yieldcam/camera/rate";

const SECOND = 1_000_000;

/** One event every `interval` microseconds, from `from` on; returns the time of the last. */
function count(rate: Rate, from: number, interval: number, times: number): number {
	for (let i = 0; i < times; i++) rate.count(from + i * interval);
	return from + (times - 1) * interval;
}

describe("a rate", () => {
	it("is 0 before anything happened", () => {
		assert.equal(new Rate().perSecond(10 * SECOND), 0);
	});

	it("is the number of events per second", () => {
		const rate = new Rate();
		const last = count(rate, 5 * SECOND, 40_000, 200);
		assert.equal(rate.perSecond(last), 25);
	});

	it("is known before its span is over", () => {
		const rate = new Rate();
		const last = count(rate, 5 * SECOND, 100_000, 11);
		assert.approximately(rate.perSecond(last), 10, 1.1);
	});

	it("follows a change within two spans", () => {
		const rate = new Rate();
		const change = count(rate, 0, 40_000, 250);
		const last = count(rate, change + 200_000, 200_000, 20);
		assert.approximately(rate.perSecond(last), 5, 0.3);
	});

	it("falls once nothing happens anymore", () => {
		const rate = new Rate();
		const last = count(rate, 0, 40_000, 250);
		assert.isBelow(rate.perSecond(last + 10 * SECOND), 5);
	});
});

describe("a rate that is queried", () => {
	it("at once is 0, and then counts the events so far", () => {
		const rate = new Rate();
		rate.count(5);
		assert.equal(rate.perSecond(5), 0);
		assert.equal(rate.perSecond(6), SECOND);
	});

	it("within the first two seconds covers all events, and then the last two seconds", () => {
		const rate = new Rate();
		for (const at of [0, 0.5, 1]) rate.count(at * SECOND);
		assert.equal(rate.perSecond(1.2 * SECOND), 2.5);
		rate.count(2 * SECOND);
		assert.equal(rate.perSecond(2 * SECOND), 1.5);
		assert.equal(rate.perSecond(6 * SECOND - 1), 1.5);
		assert.equal(rate.perSecond(6 * SECOND), 0.3, "four seconds without events");
	});

	it("is steady once it has been measured without a pause", () => {
		const rate = new Rate();
		assert.equal(rate.steady(SECOND), 0);
		const early = count(rate, SECOND, 40_000, 50);
		assert.equal(rate.steady(early), 0);
		const late = count(rate, early + 40_000, 40_000, 10);
		assert.equal(rate.steady(late), 25);
		assert.equal(rate.steady(late + 3 * SECOND), 0);
		const resumed = count(rate, late + 3 * SECOND, 40_000, 25);
		assert.equal(rate.steady(resumed), 0);
		assert.equal(rate.steady(count(rate, resumed + 40_000, 40_000, 50)), 25);
		assert.isAbove(rate.perSecond(resumed), 0);
	});

	it("is steady for a slow source, too", () => {
		const rate = new Rate();
		const last = count(rate, 0, SECOND, 6);
		assert.equal(rate.steady(last), 1);
	});
});
