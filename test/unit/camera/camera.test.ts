import { assert } from "chai";
import { Camera } from "yieldcam/camera/camera";
import type { CameraOptions } from "yieldcam/camera/camera-options";
import type { Frame } from "yieldcam/camera/frame";
import { FakeDriver, frameNumber } from "../support/fake-driver.ts";
import { takeBack } from "../support/take-back.ts";

function open(options: Partial<CameraOptions> = {}): { camera: Camera; driver: FakeDriver } {
	const camera = new Camera({ io: FakeDriver, ...options });
	return { camera, driver: FakeDriver.last };
}

async function rejection(promise: Promise<unknown>): Promise<string> {
	try {
		await promise;
	} catch (error) {
		return (error as Error).message;
	}
	return assert.fail("nothing was thrown");
}

/** Runs the pending promise jobs, and those that they create. */
async function jobs(): Promise<void> {
	for (let turn = 0; turn < 8; turn++) await undefined;
}

const PINS = { data: [11, 9, 8, 10, 12, 18, 17, 16], pixelClock: 13, vsync: 6, href: 7, externalClock: 15 };

describe("a camera", () => {
	it("passes its pins, bus and settings to the driver", () => {
		const { driver } = open({
			pins: PINS,
			i2c: { data: 4, clock: 5 },
			xclkFrequency: 16_000_000,
			frameSize: "VGA",
			maxFrameSize: "SVGA",
			quality: 20,
			frameBufferCount: 2,
			grabMode: "whenEmpty",
		});
		const {
			d0,
			d7,
			pclk,
			vsync,
			href,
			xclk,
			sda,
			scl,
			xclkFrequency,
			frameSize,
			maxFrameSize,
			quality,
			frameBufferCount,
			grabMode,
			pwdn,
		} = driver.options;
		assert.deepEqual(
			{ d0, d7, pclk, vsync, href, xclk, sda, scl, xclkFrequency },
			{ d0: 11, d7: 16, pclk: 13, vsync: 6, href: 7, xclk: 15, sda: 4, scl: 5, xclkFrequency: 16_000_000 },
		);
		assert.deepEqual(
			{ frameSize, maxFrameSize, quality, frameBufferCount, grabMode },
			{ frameSize: 10, maxFrameSize: 11, quality: 20, frameBufferCount: 2, grabMode: "whenEmpty" },
		);
		assert.isUndefined(pwdn);
	});

	it("passes each of its data pins to the driver, and uses the best quality and buffers for exactly its size", () => {
		const { driver } = open({
			pins: PINS,
			i2c: { port: 1 } as NonNullable<CameraOptions["i2c"]>,
			frameSize: "VGA",
			maxFrameSize: "VGA",
			quality: 0,
			frameBufferCount: 1,
		});
		const { d0, d1, d2, d3, d4, d5, d6, d7, i2cPort, quality, frameBufferCount, frameSize, maxFrameSize } =
			driver.options;
		assert.deepEqual([d0, d1, d2, d3, d4, d5, d6, d7], PINS.data);
		assert.deepEqual([i2cPort, quality, frameBufferCount, frameSize, maxFrameSize], [1, 0, 1, 10, 10]);
	});

	it("is QVGA at quality 12 in three buffers, with the newest frame first, by default", () => {
		const { frameSize, maxFrameSize, quality, frameBufferCount, grabMode } = open().driver.options;
		assert.deepEqual(
			[frameSize, maxFrameSize, quality, frameBufferCount, grabMode],
			[6, undefined, 12, 3, "latest"],
		);
	});

	it("reports when its last frame came, which is later than when its capture began", () => {
		const { camera, driver } = open();
		assert.equal(camera.arrived, 0);
		camera.watch({ onFrame: () => assert.equal(camera.arrived, 1_040_000), onEnd() {} });
		driver.now = 1_040_000;
		driver.capture(1_000_000);
		driver.now = 2_000_000;
		assert.equal(camera.arrived, 1_040_000);
	});

	it("reports its sensor, and passes on its settings", () => {
		const { camera } = open();
		assert.deepEqual(camera.sensor, { name: "FAKE", pid: 0xfa, maxFrameSize: "UXGA", jpeg: true });
		assert.isTrue(camera.set("hmirror", 1));
		assert.equal(camera.get("hmirror"), 1);
	});

	for (const [what, options] of Object.entries({
		"an unknown frame size": { frameSize: "HUGE" },
		"an unknown largest frame size": { maxFrameSize: "HUGE" },
		"a frame size larger than the largest": { frameSize: "HVGA", maxFrameSize: "240X240" },
		"an unknown grab mode": { grabMode: "oldest" },
		"a quality above 63": { quality: 64 },
		"a quality below 0": { quality: -1 },
		"no frame buffer": { frameBufferCount: 0 },
		"seven data pins": { pins: { ...PINS, data: [1, 2, 3, 4, 5, 6, 7] } },
		"another pixel format": { pixelFormat: "rgb565" },
	})) {
		it(`rejects ${what}`, () => {
			assert.throws(() => open(options as unknown as Partial<CameraOptions>), RangeError);
		});
	}

	it("reports the size of its last frame, whichever side of it changed", () => {
		const { camera, driver } = open();
		assert.isUndefined(camera.size);
		camera.watch({ onFrame() {}, onEnd() {} });
		driver.capture();
		assert.deepEqual(camera.size, { width: 320, height: 240 });
		for (const [width, height] of [
			[320, 200],
			[160, 200],
			[640, 480],
		] as const) {
			const read = driver.read.bind(driver);
			driver.read = () => Object.assign(read()!, { width, height });
			driver.capture();
			assert.deepEqual(camera.size, { width, height });
		}
	});

	it("accepts any frame rate limit, and reports it", () => {
		const { camera } = open();
		assert.equal(camera.get("frame_rate"), 0);
		assert.isTrue(camera.set("frame_rate", 5));
		assert.equal(camera.get("frame_rate"), 5);
	});

	it("rests until a client wants frames, and again afterwards", () => {
		const { camera, driver } = open();
		const sink = { onFrame() {}, onEnd() {} };
		assert.isFalse(driver.running);
		camera.watch(sink);
		assert.isTrue(driver.running);
		driver.capture();
		camera.unwatch(sink);
		assert.isFalse(driver.running);
		assert.equal(driver.lent, 0);
	});

	it("captures a frame that began after the request, not one from before", async () => {
		const { camera, driver } = open();
		driver.now = 1000;
		const taken = camera.capture();
		driver.capture(999);
		driver.capture(1000);
		const frame = await taken;
		assert.equal(frame.timestamp, 1000);
		assert.equal(frameNumber(frame.buffer), 2);
		frame.release();
		assert.equal(driver.lent, 0);
		assert.isFalse(driver.running);
	});

	it("forgets a client that asked and disconnected, and rests", async () => {
		const { camera, driver } = open();
		const hooks: (() => void)[] = [];
		const left = camera.capture({ onClose: (hook) => hooks.push(hook) });
		const stayed = camera.capture({ onClose: () => {} });
		for (const leave of [...hooks, ...hooks]) leave();
		assert.equal(await rejection(left), "the client disconnected before the frame came");
		assert.equal(await left.catch(({ name }: Error) => name), "AbortError");
		assert.isTrue(driver.running);
		driver.capture();
		(await stayed).release();
		assert.equal(driver.lent, 0);
		assert.isFalse(driver.running);
		const last = camera.capture({ onClose: (hook) => hooks.push(hook) });
		hooks.at(-1)!();
		assert.equal(await rejection(last), "the client disconnected before the frame came");
		assert.isFalse(driver.running);
	});

	it("lends the same frame to all that wait, and gets it back when the last one is done", async () => {
		const { camera, driver } = open();
		const taken = [camera.capture(), camera.capture()];
		driver.capture();
		const [one, two] = await Promise.all(taken);
		assert.strictEqual(one, two);
		one.release();
		assert.equal(driver.lent, 1);
		two.release();
		assert.equal(driver.lent, 0);
		assert.throws(() => two.release(), /more often/);
		assert.throws(() => two.retain(), /returned/);
	});

	it("reports to all that wait that the sensor gives no frames", async () => {
		let heard = "";
		const { camera, driver } = open({
			onError: (message) => {
				heard = message;
			},
		});
		const taken = camera.capture();
		driver.options.onError("the camera gives no frames");
		assert.equal(await rejection(taken), "the camera gives no frames");
		assert.equal(heard, "the camera gives no frames");
		assert.isFalse(driver.running);
	});

	it("rejects at once while the sensor gives no frames, until it gives one again", async () => {
		const { camera, driver } = open();
		const sink = { onFrame() {}, onEnd() {} };
		camera.watch(sink);
		driver.options.onError("the camera gives no frames");
		assert.isTrue(driver.running, "the sink still waits");
		assert.equal(await rejection(camera.capture()), "the camera gives no frames");
		driver.options.onRestart();
		assert.equal(await rejection(camera.capture()), "the camera gives no frames");
		driver.capture();
		const taken = camera.capture();
		driver.capture();
		(await taken).release();
	});

	it("tries again for a client that asks after it gave up", async () => {
		const { camera, driver } = open();
		const refused = camera.capture();
		driver.options.onError("the camera gives no frames");
		await rejection(refused);
		const taken = camera.capture();
		assert.isTrue(driver.running);
		driver.capture();
		(await taken).release();
	});

	it("reports when the driver was restarted, and how many frames were broken", () => {
		let restarts = 0;
		const { camera, driver } = open({ onRestart: () => restarts++ });
		driver.options.onRestart();
		assert.equal(restarts, 1);
		driver.dropped = 3;
		assert.equal(camera.dropped, 3);
		open().driver.options.onRestart();
	});

	it("has frames that a restart can take back", async () => {
		const { camera, driver } = open();
		const taken = camera.capture();
		driver.capture();
		const frame = await taken;
		assert.isFalse(frame.lost);
		takeBack(frame.buffer);
		assert.isTrue(frame.lost);
		frame.release();
	});

	for (const [limit, expected] of [
		[0, 100],
		[5, 20],
		[10, 40],
		[24, 96],
		[60, 100],
	] as const) {
		it(`captures ${expected} frames in 4 s from a sensor with 25 a second if the limit is ${limit}`, () => {
			const { camera, driver } = open();
			let count = 0;
			camera.watch({ onFrame: () => void count++, onEnd() {} });
			camera.set("frame_rate", limit);
			for (let i = 0; i < 100; i++) driver.capture(10_000_000 + i * 40_000 + (i % 3) * 1_000);
			assert.approximately(count, expected, 1);
			assert.equal(camera.captured, count);
			assert.isAtMost(driver.lent, 1);
		});
	}

	it("takes a picture at once, whatever the limit", async () => {
		const { camera, driver } = open();
		let count = 0;
		camera.watch({ onFrame: () => void count++, onEnd() {} });
		camera.set("frame_rate", 1);
		driver.capture(10_000_000);
		driver.now = 10_010_000;
		const taken = camera.capture();
		driver.capture(10_040_000);
		(await taken).release();
		assert.equal(count, 2);
	});

	it("reports to all that wait that it was closed, and ends iterations", async () => {
		const { camera, driver } = open();
		const taken = camera.capture();
		const next = camera.frames().next();
		camera.close();
		assert.match(await rejection(taken), /closed/);
		assert.isTrue((await next).done);
		assert.isTrue(driver.closed);
	});

	it("owes no frame to a capture that could not begin", async () => {
		const { camera, driver } = open();
		const { start } = driver;
		driver.start = () => {
			throw new Error("the camera is closed");
		};
		assert.match(await rejection(camera.capture()), /closed/);
		driver.start = start;
		const taken = camera.capture();
		driver.capture();
		(await taken).release();
		driver.capture();
		assert.equal(driver.lent, 0);
	});

	it("moves a frame that a slow reader still holds out of the way of the next", async () => {
		const { camera, driver } = open();
		let kept: Frame | undefined;
		const sink = {
			onFrame(frame: Frame) {
				kept ??= frame.retain();
			},
			onEnd() {},
		};
		camera.watch(sink);
		for (let i = 0; i < 10; i++) driver.capture();
		assert.equal(driver.lost, 0);
		assert.equal(driver.copies, 1);
		assert.equal(frameNumber(kept!.buffer), 1);
		assert.equal(driver.lent, 0);
		kept!.release();
	});

	/** Ten frames in a loop. */
	async function loop(take: (frame: Frame) => void): Promise<FakeDriver> {
		const { camera, driver } = open();
		void (async () => {
			for await (const frame of camera.frames()) take(frame);
		})();
		for (let i = 0; i < 10; i++) {
			await jobs();
			driver.capture();
		}
		await jobs();
		assert.equal(driver.lost, 0);
		return driver;
	}

	// `JpegStreamer.write` does this.
	it("copies nothing if a loop releases its frame when it gets the next", async () => {
		let newest: Frame | undefined;
		const { copies, lent } = await loop((frame) => {
			newest?.release();
			newest = frame.retain();
		});
		assert.equal(frameNumber(newest!.buffer), 10);
		assert.deepEqual([copies, lent], [0, 1]);
	});

	it("copies a frame that a loop still holds after its turn", async () => {
		let first: Frame | undefined;
		const { copies, lent } = await loop((frame) => void (first ??= frame.retain()));
		assert.equal(frameNumber(first!.buffer), 1);
		assert.deepEqual([copies, lent], [1, 0]);
	});

	it("leaves a held frame in place if there is no memory for a copy", () => {
		const { camera, driver } = open();
		driver.outOfMemory = true;
		let kept: Frame | undefined;
		camera.watch({
			onFrame(frame) {
				kept ??= frame.retain();
			},
			onEnd() {},
		});
		driver.capture();
		driver.capture();
		assert.equal(driver.lent, 1);
		kept!.release();
		assert.equal(driver.lent, 0);
	});
});

describe("an iteration over a camera's frames", () => {
	it("gets each frame while it keeps up, and lends one at a time", async () => {
		const { camera, driver } = open();
		const frames = camera.frames();
		const numbers: number[] = [];
		for (let i = 1; i <= 3; i++) {
			const next = frames.next();
			driver.capture();
			numbers.push(frameNumber((await next).value!.buffer));
			assert.equal(driver.lent, 1);
		}
		assert.deepEqual(numbers, [1, 2, 3]);
		await frames.return!();
		assert.equal(driver.lent, 0);
		assert.isFalse(driver.running);
	});

	it("skips to the newest if it is slow", async () => {
		const { camera, driver } = open();
		const frames = camera.frames();
		const first = frames.next();
		driver.capture();
		await first;
		driver.capture();
		driver.capture();
		driver.capture();
		assert.equal(frameNumber((await frames.next()).value!.buffer), 4);
		assert.equal(driver.lost, 0);
		await frames.return!();
		assert.equal(driver.lent, 0);
	});

	it("ends a wait when return is called", async () => {
		const { camera } = open();
		const frames = camera.frames();
		const next = frames.next();
		await frames.return!();
		assert.isTrue((await next).done);
		assert.isTrue((await frames.next()).done);
	});

	it("releases the frame it lent, and a newer one that waits, when the loop ends", async () => {
		const { camera, driver } = open();
		const frames = camera.frames();
		const first = frames.next();
		driver.capture();
		await first;
		driver.capture();
		assert.equal(driver.lent, 1, "the first is a copy now");
		await frames.return!();
		assert.equal(driver.lent, 0);
		assert.isFalse(driver.running);
	});

	it("that begins while the sensor gives none throws at once", async () => {
		const { camera, driver } = open();
		camera.watch({ onFrame() {}, onEnd() {} });
		driver.options.onError("the camera gives no frames");
		const faults: string[] = [];
		camera.watch({ onFrame() {}, onEnd() {}, onFault: (message) => faults.push(message) });
		assert.deepEqual(faults, ["the camera gives no frames"]);
		assert.equal(await rejection(camera.frames().next()), "the camera gives no frames");
		driver.capture();
		camera.watch({ onFrame() {}, onEnd() {}, onFault: (message) => faults.push(message) });
		assert.lengthOf(faults, 1, "it gives some again");
	});

	it("throws when the sensor gives no frames, whether it waits or asks later", async () => {
		const camera = new Camera({ io: FakeDriver });
		const driver = FakeDriver.last;
		const [waiting, later] = [camera.frames(), camera.frames()];
		const message = (error: Error) => error.message;
		const first = [waiting.next(), later.next()];
		driver.capture(1_000);
		await Promise.all(first);
		const next = waiting.next().then(() => "a frame", message);
		driver.options.onError("the camera gives no frames");
		assert.equal(await next, "the camera gives no frames");
		assert.equal(await later.next().then(() => "a frame", message), "the camera gives no frames");
		assert.deepEqual(await later.next(), { done: true, value: undefined });
		assert.equal(driver.lent, 0);
	});

	it("releases the frame when the loop ends", async () => {
		const { camera, driver } = open();
		const frames = camera.frames();
		const loop = (async () => {
			for await (const frame of frames) return frameNumber(frame.buffer);
			return 0;
		})();
		await Promise.resolve();
		driver.capture();
		assert.equal(await loop, 1);
		assert.equal(driver.lent, 0);
		assert.isFalse(driver.running);
	});
});
