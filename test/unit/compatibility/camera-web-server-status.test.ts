import { assert } from "chai";
import { status } from "yieldcam/compatibility/camera-web-server-status";
import { Camera } from "yieldcam/camera/camera";
import { MjpegStream } from "yieldcam/mjpeg/stream";
import { FakeDriver } from "../support/fake-driver.ts";

describe("CameraWebServer's /status", () => {
	it("names the sensor and its settings", () => {
		const camera = new Camera({ io: FakeDriver });
		camera.set("hmirror", 1);
		const { sensor, hmirror, viewers } = status(camera, new MjpegStream(camera));
		assert.deepEqual({ sensor, hmirror, viewers }, { sensor: "FAKE", hmirror: 1, viewers: [] });
	});

	it("has no sensor settings while the camera restarts", () => {
		const camera = new Camera({ io: FakeDriver });
		FakeDriver.last.get = () => {
			throw new Error("the camera is restarting");
		};
		const state = JSON.parse(JSON.stringify(status(camera, new MjpegStream(camera)))) as Record<string, unknown>;
		assert.equal(state.sensor, "FAKE");
		assert.notProperty(state, "hmirror");
		assert.equal(state.dropped, 0);
	});
});
