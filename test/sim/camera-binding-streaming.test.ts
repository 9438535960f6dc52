import { assert } from "chai";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { FaultySensor, HURRIED } from "../support/faulty-sensor.ts";
import { retryInRealTime } from "../support/real-time.ts";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { Simulator, timeLimit } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describe("while the sensor fails and is restarted", function () {
	this.timeout(timeLimit(20_000));
	retryInRealTime(this);
	const { path } = temporaryFolder();
	let count = 0;
	let simulator: Simulator;
	const viewers: MjpegClient[] = [];

	async function start(runs: string[], ...host: string[]): Promise<FaultySensor> {
		const sensor = new FaultySensor(join(path, `log-${++count}`), ...runs);
		simulator = await Simulator.start([], { host: [...HURRIED, ...host], sensor: sensor.command });
		return sensor;
	}

	function watch(): MjpegClient {
		const viewer = new MjpegClient(simulator.url);
		viewers.push(viewer);
		return viewer;
	}

	async function get(path: string): Promise<{ status: number; body: string; milliseconds: number }> {
		const since = performance.now();
		const response = await fetch(simulator.url + path, { headers: { Connection: "close" } });
		const body = await response.text();
		return { status: response.status, body, milliseconds: performance.now() - since };
	}

	afterEach(async () => {
		for (const viewer of viewers.splice(0)) viewer.close();
		await simulator.stop();
	});

	for (const failure of ["silent", "broken", "exit"]) {
		it(`(${failure}) viewers keep their connection, and get frames again`, async () => {
			const sensor = await start([`20 ${failure}`, `20 ${failure}`, "good"]);
			const early = watch();
			await early.until(5);
			const late = watch();
			await simulator.until(
				() => /^yieldcam: the camera (gives no frames|sends broken frames)/m.test(simulator.output),
				"the fault is reported",
			);
			// A new viewer gets the last picture, and then the next.
			const during = watch();
			const before = [early, late, during].map((viewer) => viewer.frames);
			// Fifteen of the first run at most may still have been under way, and the second has twenty.
			await Promise.all([early, late, during].map((viewer, index) => viewer.until(before[index] + 45)));
			for (const viewer of [early, late, during]) assert.isUndefined(viewer.fault);
			assert.equal(sensor.runs.length, 3);
			assert.equal(simulator.output.split("the camera was restarted").length, 3);
			assert.isTrue(early.timestamps.every((time, index) => index === 0 || time > early.timestamps[index - 1]));
		});
	}

	it("the other routes keep answering, and a snapshot reports why there is none", async () => {
		await start(["20 silent", "good"], "--camera-init", "600");
		const viewer = watch();
		await viewer.until(5);
		await simulator.until(
			() => simulator.output.includes("yieldcam: the camera gives no frames"),
			"the fault is reported",
		);
		const refused = await get("/capture");
		assert.equal(refused.status, 503);
		assert.include(refused.body, "the camera gives no frames");
		let restarting = 0;
		while (!simulator.output.includes("restarted")) {
			const { status, body, milliseconds } = await get("/status");
			assert.equal(status, 200);
			assert.isBelow(milliseconds, 300);
			const state = JSON.parse(body) as { sensor: string; hmirror?: number };
			assert.equal(state.sensor, "OV2640");
			if (state.hmirror === undefined) restarting++;
			await pause(10);
		}
		assert.isAbove(restarting, 0);
		await viewer.until(viewer.frames + 3);
		assert.equal((await get("/capture")).status, 200);
		assert.equal((JSON.parse((await get("/status")).body) as { hmirror?: number }).hmirror, 0);
	});

	it("snapshots alone restart it", async () => {
		const sensor = await start(["3 silent", "good"]);
		let answer = await get("/capture");
		assert.equal(answer.status, 200);
		const statuses: number[] = [];
		do {
			answer = await get("/capture");
			statuses.push(answer.status);
		} while (sensor.runs.length === 1 || answer.status !== 200);
		assert.include(statuses, 503);
		assert.isBelow(statuses.length, 30);
	});

	// More than the peer's kernel accepts for a viewer that does not read.
	const large = 380_000;

	it("a viewer in the middle of a frame gets the rest of it", async () => {
		await start([`1 silent ${large}`, "good"]);
		const stalled = new MjpegClient(simulator.url, { read: false });
		viewers.push(stalled);
		const frames: Buffer[] = [];
		stalled.onFrame = (jpeg) => frames.push(jpeg);
		await simulator.until(() => simulator.output.includes("restarted"), "the camera is restarted");
		await pause(500);
		stalled.read();
		await stalled.until(5);
		assert.isUndefined(stalled.fault);
		assert.deepEqual(
			frames.map((jpeg) => jpeg.length),
			[large, 2000, 2000, 2000, 2000],
		);
		assert.isTrue(frames[0].subarray(2, -2).every((byte) => byte === 1));
	});

	it("a viewer in the middle of a frame is disconnected if there is no memory to keep the frame", async () => {
		await start([`1 silent ${large}`, "good"], "--psram", String(3.5 * 384_000));
		const stalled = new MjpegClient(simulator.url, { read: false });
		const other = watch();
		viewers.push(stalled);
		await simulator.until(() => simulator.output.includes("restarted"), "the camera is restarted");
		await other.until(5);
		stalled.read();
		await stalled.until(1).then(
			() => assert.fail("it got a whole frame"),
			(error: Error) => assert.equal(error.message, "the stream ended"),
		);
		assert.isUndefined(other.fault);
		assert.include(simulator.output, "taken back");
	});
});
