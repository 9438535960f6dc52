import { assert } from "chai";
import { printed, programs } from "../support/program.ts";
import type { Simulator } from "../support/simulator.ts";

/** A program that opens the driver and calls `frame(driver)` whenever there is a frame to read. */
function capturing(body: string, options = ""): string {
	return `
		import Timer from "timer";
		import EspCamera from "yieldcam/esp32s3/camera";
		const driver = new EspCamera({ frameSize: 6, quality: 12, frameBufferCount: 3, onReadable, onError() {}, ${options} });
		let count = 0;
		function onReadable() {
			count++;
			${body}
		}
		driver.start();
	`;
}

/** The capture task may be about to return the last one. */
async function allHome(simulator: Simulator): Promise<void> {
	for (let i = 0; ; i++) {
		const { buffers, buffersHome } = await simulator.report();
		if (buffers === buffersHome)
			return;
		assert.isBelow(i, 100, `${buffersHome} of ${buffers} buffers are home`);
	}
}

describe("the binding over Espressif's camera driver", () => {
	const run = programs();

	it("gives frames of the driver's own memory, with size and time of capture", async () => {
		const started = await run(capturing(`
			if (count > 1)
				return;
			const frame = driver.read();
			const bytes = new Uint8Array(frame);
			trace("frame " + JSON.stringify({
				width: frame.width, height: frame.height, whole: bytes.length === frame.byteLength,
				start: [bytes[0], bytes[1]], end: [bytes[bytes.length - 2], bytes[bytes.length - 1]],
				past: frame.timestamp > 0 && frame.timestamp <= driver.now,
			}) + "\\n");
			frame.close();
		`));
		assert.deepEqual(JSON.parse(await printed(started, "frame ")), {
			width: 320, height: 240, whole: true, start: [0xff, 0xd8], end: [0xff, 0xd9], past: true,
		});
	});

	it("empties views of a frame that is closed, and takes a second close for nothing", async () => {
		const started = await run(capturing(`
			if (count > 1)
				return;
			const frame = driver.read();
			const view = new Uint8Array(frame, 2, 100);
			frame.close();
			frame.close();
			driver.stop();
			trace("closed " + [frame.byteLength, view.length, view[0], frame.width] + "\\n");
		`));
		assert.equal(await printed(started, "closed "), "0,0,,0");
		await allHome(started);
	});

	it("lets nobody write into the driver's memory", async () => {
		const started = await run(capturing(`
			if (count > 1)
				return;
			const frame = driver.read();
			try {
				new Uint8Array(frame)[0] = 1;
				trace("written\\n");
			}
			catch (error) {
				trace("refused " + error.name + "\\n");
			}
		`));
		assert.equal(await printed(started, "refused "), "TypeError");
	});

	it("keeps what a frame says when it is moved out of the driver's way", async () => {
		const started = await run(capturing(`
			if (count > 1)
				return;
			const frame = driver.read();
			const sum = () => new Uint8Array(frame).reduce((total, byte) => total + byte, 0);
			const before = sum();
			trace("moved " + frame.detach() + " " + frame.detach() + " " + (sum() === before) + " " + frame.width + "\\n");
			globalThis.kept = frame;
			driver.stop();
		`));
		assert.equal(await printed(started, "moved "), "true true true 320");
		await allHome(started);
	});

	it("has a frame that the script forgot back with the next garbage collection", async () => {
		const started = await run(capturing(`
			driver.read();
			if (count === 2) {
				driver.stop();
				trace("forgotten\\n");
			}
		`));
		await printed(started, "forgotten");
		await allHome(started);
	});

	it("goes on without the buffers that the script keeps, and stops when it keeps them all", async () => {
		const started = await run(capturing(`
			(globalThis.kept ??= []).push(driver.read());
			trace("kept " + kept.length + "\\n");
			if (kept.length === 3)
				Timer.set(() => {
					trace("meanwhile " + kept.length + "\\n");
					kept[0].close();
				}, 300);
		`));
		assert.equal(await printed(started, "meanwhile "), "3");
		await printed(started, "kept 4");
	});

	it("gives no frame from before it was started", async () => {
		const started = await run(`
			import Timer from "timer";
			import EspCamera from "yieldcam/esp32s3/camera";
			let since;
			const driver = new EspCamera({ frameSize: 6, quality: 12, frameBufferCount: 3, onError() {}, onReadable() {
				const frame = driver.read();
				trace("fresh " + (frame.timestamp >= since) + "\\n");
				driver.stop();
			} });
			// The sensor runs meanwhile and fills the driver's queue.
			Timer.set(() => {
				since = driver.now;
				driver.start();
			}, 500);
		`);
		assert.equal(await printed(started, "fresh "), "true");
	});

	it("closes with frames out, views and all, and can be opened again", async () => {
		const started = await run(capturing(`
			if (count > 1)
				return;
			const frame = driver.read();
			const view = new Uint8Array(frame);
			const length = view.length;
			driver.close();
			driver.close();
			trace("closed " + (length > 0) + " " + view.length + " " + frame.byteLength + "\\n");
			frame.close();
			try {
				driver.start();
			}
			catch (error) {
				trace("error " + error.message + "\\n");
			}
			const second = new EspCamera({ frameSize: 5, quality: 12, frameBufferCount: 2, onError() {}, onReadable() {
				trace("again " + second.read().width + "\\n");
			} });
			second.start();
		`));
		assert.equal(await printed(started, "closed "), "true 0 0");
		assert.match(await printed(started, "error "), /closed/);
		assert.equal(await printed(started, "again "), "240");
	});

	it("keeps its frames when a camera that did not open is collected", async () => {
		const started = await run(`
			import EspCamera from "yieldcam/esp32s3/camera";
			const options = { quality: 12, frameBufferCount: 3, onReadable, onError() {} };
			try {
				new EspCamera({ frameSize: 24, ...options });
			}
			catch (error) {
				trace("error " + error.message + "\\n");
			}
			const driver = new EspCamera({ frameSize: 6, ...options });
			function onReadable() {
				const frame = driver.read();
				driver.stop();
				for (let i = 0; i < 20000; i++)
					({});
				trace("kept " + frame.width + "\\n");
				frame.close();
			}
			driver.start();
		`);
		assert.match(await printed(started, "error "), /0x106.*not support/);
		assert.equal(await printed(started, "kept "), "320");
		await allHome(started);
	});

	it("is one at a time", async () => {
		const started = await run(`
			import EspCamera from "yieldcam/esp32s3/camera";
			const options = { frameSize: 6, quality: 12, frameBufferCount: 3, onError() {}, onReadable() {} };
			const first = new EspCamera(options);
			try {
				new EspCamera(options);
			}
			catch (error) {
				trace("error " + error.message + "\\n");
			}
		`);
		assert.match(await printed(started, "error "), /0x103.*already in use/);
	});

	it("tells when it gives no frames, unless it was stopped meanwhile", async () => {
		const withoutFrames = (body: string) => `
			import Timer from "timer";
			import EspCamera from "yieldcam/esp32s3/camera";
			const kept = [];
			const driver = new EspCamera({ frameSize: 6, quality: 12, frameBufferCount: 1, onReadable() {
				kept.push(driver.read());
				${body}
			}, onError(message) {
				trace("error " + message + "\\n");
			} });
			driver.start();
			// The driver gives up after 4 s.
			Timer.set(() => trace("later\\n"), 5000);
		`;
		const [told, stopped] = await Promise.all([
			run(withoutFrames("")),
			run(withoutFrames("Timer.set(() => driver.stop(), 100);")),
		]);
		try {
			await Promise.all([printed(told, "later"), printed(stopped, "later")]);
			assert.match(told.output, /^error the camera gives no frames$/m);
			assert.notInclude(stopped.output, "error");
		}
		finally {
			await told.stop();
			await stopped.stop();
		}
	});

	it("sets what the sensor takes, and says what it refuses", async () => {
		const started = await run(`
			import EspCamera from "yieldcam/esp32s3/camera";
			const driver = new EspCamera({ frameSize: 6, quality: 12, frameBufferCount: 3, onError() {}, onReadable() {} });
			trace("sensor " + driver.sensor + "\\n");
			trace("set " + [
				driver.set("brightness", 2), driver.set("brightness", 3), driver.set("sharpness", 0), driver.set("nonsense", 0),
				driver.set("hmirror", 1), driver.get("brightness"), driver.get("hmirror"), driver.get("nonsense"),
			] + "\\n");
		`);
		assert.equal(await printed(started, "sensor "), "OV2640");
		assert.equal(await printed(started, "set "), "true,false,false,false,true,2,1,");
	});

	it("changes frame size and quality while it captures", async () => {
		const started = await run(capturing(`
			const frame = driver.read();
			trace("frame " + frame.width + "\\n");
			frame.close();
			if (count === 3)
				trace("change " + driver.set("framesize", 1) + driver.set("quality", 30) + "\\n");
		`));
		assert.equal(await printed(started, "change "), "truetrue");
		await printed(started, "frame 160");
	});

	it("drops frames that overflow a buffer, and says so once", async () => {
		const started = await run(capturing("", "quality: 0"));
		await started.until(() => started.errors.includes("frame buffer overflow"), "an overflow is reported");
		assert.equal(started.errors.split("overflow").length, 2);
	});
});
