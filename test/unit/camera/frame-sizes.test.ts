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

	it("are those of esp32-camera's table (sensor.c), in its order", () => {
		const table =
			"96x96 160x120 128x128 176x144 240x176 240x240 320x240 320x320 400x296 480x320 640x480 800x600 1024x768 1280x720 1280x1024 1600x1200 " +
			"1920x1080 720x1280 864x1536 2048x1536 2560x1440 2560x1600 1088x1920 2560x1920 2592x1944";
		const names =
			"96X96 QQVGA 128X128 QCIF HQVGA 240X240 QVGA 320X320 CIF HVGA VGA SVGA XGA HD SXGA UXGA FHD P_HD P_3MP QXGA QHD WQXGA P_FHD QSXGA 5MP";
		const sizes = table.split(" ").map((_, code) => frameSize(code)!);
		assert.equal(sizes.map(({ width, height }) => `${width}x${height}`).join(" "), table);
		assert.equal(sizes.map(({ name }) => name).join(" "), names);
		assert.deepEqual(
			names.split(" ").map((name) => frameSize(name)!.code),
			sizes.map((_, code) => code),
		);
	});

	it("are undefined for anything else", () => {
		assert.isUndefined(frameSize("HUGE"));
		assert.isUndefined(frameSize(25));
		assert.isUndefined(frameSize(-1));
		assert.isUndefined(frameSize(6.5));
	});
});
