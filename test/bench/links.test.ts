import { assert } from "chai";
import { channelRate, frameRate, type Link, windowRate } from "../../bench/links/model.ts";

/** 8 Mbit/s are a byte per microsecond. */
const SLOW: Link = { roundTrip: 10_000, rate: 8, overhead: 100 };
/** Packets take no time. */
const IDEAL: Link = { roundTrip: 10_000, rate: 1e9, overhead: 0 };

describe("the model of a radio link", () => {
	it("gives a connection a send buffer for each round trip", () => {
		assert.closeTo(windowRate(IDEAL, 11_488), 1_148_800, 1);
	});

	it("adds two segments and an acknowledgement in the air to the round trip", () => {
		assert.closeTo(windowRate(SLOW, 11_488), 11_488 / (0.01 + 2 * 0.001_576 + 0.000_14), 1);
	});

	it("gives all viewers together the channel's capacity without their acknowledgements", () => {
		assert.closeTo(channelRate(SLOW), 1436 / (0.001_576 + 0.000_07), 1);
	});

	it("gives a viewer no more frames than the camera, its connection or its part of the channel allows", () => {
		assert.equal(frameRate(IDEAL, 11_488, 10_000, 8, 25), 25);
		assert.closeTo(frameRate(IDEAL, 11_488, 59_906, 1, 25), 1_148_800 / 60_000, 0.001);
		assert.closeTo(frameRate(SLOW, 1e9, 59_906, 4, 25), channelRate(SLOW) / 4 / 60_000, 0.001);
	});
});
