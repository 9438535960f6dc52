import { assert } from "chai";
import { seconds } from "yieldcam/mjpeg/part";

describe("a time in seconds", () => {
	for (const [micros, text] of [
		[0, "0.000000"],
		[1, "0.000001"],
		[10, "0.000010"],
		[99_999, "0.099999"],
		[100_000, "0.100000"],
		[999_999.9, "0.999999"],
		[1_000_000, "1.000000"],
		[5_000_042, "5.000042"],
		[1_763_726_400_000_500, "1763726400.000500"],
	] as const)
		it(`has six digits of microseconds: ${text}`, () => {
			assert.equal(seconds(micros), text);
		});
});
