import { assert } from "chai";
import { allHome, capturing } from "../support/capturing.ts";
import { printed, programs } from "../support/program.ts";

describe("the binding over Espressif's camera driver", () => {
	const run = programs();

	it("lends frames in the driver's own memory, with size and time of capture", async () => {
		const started = await run(
			capturing(`
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
		`),
		);
		assert.deepEqual(JSON.parse(await printed(started, "frame ")), {
			width: 320,
			height: 240,
			whole: true,
			start: [0xff, 0xd8],
			end: [0xff, 0xd9],
			past: true,
		});
	});

	it("empties views of a frame that is closed, and ignores a second close", async () => {
		const started = await run(
			capturing(`
			if (count > 1)
				return;
			const frame = driver.read();
			const view = new Uint8Array(frame, 2, 100);
			frame.close();
			frame.close();
			driver.stop();
			trace("closed " + [frame.byteLength, view.length, view[0], frame.width] + "\\n");
		`),
		);
		assert.equal(await printed(started, "closed "), "0,0,,0");
		await allHome(started);
	});

	it("does not let a script write into the driver's memory", async () => {
		const started = await run(
			capturing(`
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
		`),
		);
		assert.equal(await printed(started, "refused "), "TypeError");
	});

	it("keeps a frame's data when it moves out of the driver's way", async () => {
		const started = await run(
			capturing(`
			if (count > 1)
				return;
			const frame = driver.read();
			const sum = () => new Uint8Array(frame).reduce((total, byte) => total + byte, 0);
			const before = sum();
			trace("moved " + frame.detach() + " " + frame.detach() + " " + (sum() === before) + " " + frame.width + "\\n");
			globalThis.kept = frame;
			driver.stop();
		`),
		);
		assert.equal(await printed(started, "moved "), "true true true 320");
		await allHome(started);
	});

	it("gets back a frame that the script forgot, with the next garbage collection", async () => {
		const started = await run(
			capturing(`
			driver.read();
			if (count === 2) {
				driver.stop();
				trace("forgotten\\n");
			}
		`),
		);
		await printed(started, "forgotten");
		await allHome(started);
	});

	it("goes on without the buffers that the script keeps, and stops if it keeps them all", async () => {
		const started = await run(
			capturing(`
			(globalThis.kept ??= []).push(driver.read());
			trace("kept " + kept.length + "\\n");
			if (kept.length === 3)
				Timer.set(() => {
					trace("meanwhile " + kept.length + "\\n");
					kept[0].close();
				}, 300);
		`),
		);
		assert.equal(await printed(started, "meanwhile "), "3");
		await printed(started, "kept 4");
	});

	it("captures no frame from before it was started", async () => {
		const started = await run(`
			import Timer from "timer";
			import EspCamera from "yieldcam/common/camera";
			let since;
			const driver = new EspCamera({ frameSize: 6, quality: 12, frameBufferCount: 3, onError() {}, onReadable() {
				const frame = driver.read();
				trace("fresh " + (frame.timestamp >= since) + "\\n");
				driver.stop();
			} });
			// The sensor runs during this time and fills the driver's queue.
			Timer.set(() => {
				since = driver.now;
				driver.start();
			}, 500);
		`);
		assert.equal(await printed(started, "fresh "), "true");
	});

	it("closes with frames still lent, views and all, and can be opened again", async () => {
		const started = await run(
			capturing(`
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
		`),
		);
		assert.equal(await printed(started, "closed "), "true 0 0");
		assert.match(await printed(started, "error "), /closed/);
		assert.equal(await printed(started, "again "), "240");
	});

	it("keeps its frames when a camera that did not open is collected", async () => {
		const started = await run(`
			import EspCamera from "yieldcam/common/camera";
			const options = { frameSize: 6, quality: 12, onReadable, onError() {} };
			try {
				new EspCamera({ frameBufferCount: 0, ...options });
			}
			catch (error) {
				trace("error " + error.message + "\\n");
			}
			const driver = new EspCamera({ frameBufferCount: 3, ...options });
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
		assert.match(await printed(started, "error "), /0x102.*not valid/);
		assert.equal(await printed(started, "kept "), "320");
		await allHome(started);
	});

	it("has one camera at a time", async () => {
		const started = await run(`
			import EspCamera from "yieldcam/common/camera";
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

	it("has another one once a program has failed after opening it", async () => {
		const started = await run(`
			import Timer from "timer";
			import EspCamera from "yieldcam/common/camera";
			import { CameraOpener } from "yieldcam/common/camera-opener";
			let attempts = 0;
			new CameraOpener({
				open() {
					const camera = new EspCamera({ frameSize: 6, quality: 12, frameBufferCount: 3,
						onError() {}, onReadable() { camera.read()?.close(); trace("frames\\n"); } });
					camera.start();
					trace("current " + (EspCamera.current === camera) + "\\n");
					if (++attempts < 3)
						throw new Error("the card is missing");
					return () => {};
				},
				opening: () => EspCamera.opening,
				current: () => EspCamera.current,
				log: (line) => trace("log " + line + "\\n"),
				meanwhile: () => () => {},
			});
			trace("after the first " + EspCamera.current + "\\n");
			Timer.repeat(() => attempts === 3 && trace("log end\\n"), 500);
		`);
		assert.equal(await printed(started, "after the first "), "undefined");
		await started.until(() => started.output.includes("log end"), "the third attempt succeeds");
		await started.until(() => started.output.includes("frames"), "there are frames");
		assert.deepEqual(
			started.output.split("\n").filter((line) => /^(log|current)/.test(line) && !line.endsWith(" end")),
			["current true", "log yieldcam: the card is missing", "current true", "current true"],
		);
	});
});
