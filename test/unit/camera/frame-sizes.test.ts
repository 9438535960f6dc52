import { assert } from "chai";
import { frameSize } from "yieldcam/camera/frame-sizes";

describe("frame sizes", () => {
	it("are found by name, in either case", () => {
		assert.deepEqual(frameSize("QVGA"), { name: "QVGA", width: 320, height: 240, code: 6 });
		assert.deepEqual(frameSize("uxga"), { name: "UXGA", width: 1600, height: 1200, code: 15 });
	});

	it("are found by esp32-camera's number", () => {
		assert.equal(frameSize(10)?.name, "VGA");
		assert.equal(frameSize(24)?.name, "5MP");
	});

	it("are undefined for anything else", () => {
		assert.isUndefined(frameSize("HUGE"));
		assert.isUndefined(frameSize(25));
		assert.isUndefined(frameSize(-1));
		assert.isUndefined(frameSize(6.5));
	});
});
