import { assert } from "chai";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { FAULT_NAMES, help } from "../../hosts/sim/cli/options.ts";
import type { State } from "../../src/state/state.ts";
import { retryInRealTime } from "../support/real-time.ts";
import { HURRIED } from "../support/faulty-sensor.ts";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { printed, programRunner } from "../support/program.ts";
import { root } from "../support/root.ts";
import { Simulator } from "../support/simulator.ts";

const NO_FRAMES = "the camera gives no frames";

/** The name, what the state reports, and whether viewers keep their connection. */
const FAULTS: [name: string, said: string | undefined, stays: boolean][] = [
	["camera-stall", NO_FRAMES, true],
	["camera-null", NO_FRAMES, true],
	["camera-truncated", "the camera sends broken frames (no end of image)", true],
	[
		"sensor-nack",
		"the camera could not be restarted (0x105): no known sensor answered on SCCB; check the pins for this board, the ribbon cable and the camera's power",
		true,
	],
	// A camera that is open streams without the bus.
	["bus-stuck", undefined, true],
	["bus-slow", undefined, true],
	[
		"buffers-exhausted",
		"the camera could not be restarted (0xffffffff): the driver could not be set up, most often for want of memory; enable PSRAM, or use a smaller frame size or fewer buffers",
		true,
	],
	["send-error", undefined, false],
	["udp-nomem", undefined, true],
	["udp-loss", undefined, true],
	["half-open", undefined, true],
	["accept-emfile", undefined, true],
	["clock-jump", undefined, true],
];

describe("a simulated fault", function () {
	this.timeout(30_000);
	retryInRealTime(this);
	let simulator: Simulator | undefined;
	let viewers: MjpegClient[] = [];

	afterEach(async () => {
		for (const viewer of viewers) viewer.close();
		viewers = [];
		await simulator?.stop();
		simulator = undefined;
	});

	/** The state, requested until the server answers. */
	async function state(url: string): Promise<State> {
		for (;;) {
			try {
				return (await (
					await fetch(`${url}/api/state`, {
						headers: { Connection: "close" },
						signal: AbortSignal.timeout(5_000),
					})
				).json()) as State;
			} catch {
				await pause(20);
			}
		}
	}

	it("is one of those that the host knows, and is documented", () => {
		const names = FAULTS.map(([name]) => name);
		const read = (path: string): string => readFileSync(join(root, path), "utf8");
		assert.deepEqual(
			Array.from(
				read("hosts/sim/native/host.h").matchAll(/FAULT\(kFault\w+, "([a-z-]+)"\)/g),
				([, name]) => name,
			),
			names,
		);
		assert.deepEqual(FAULT_NAMES, names);
		for (const name of names) {
			assert.match(help, new RegExp(`[ ,]${name}[,\n]`));
			assert.include(read("docs/simulator.md"), `\`${name}\``);
		}
	});

	/** Requests the state while the server accepts no one, waits in vain, and resolves to the pending status. */
	async function waiting(started: Simulator): Promise<{ readonly status: Promise<number> }> {
		const { sockets } = await started.report(); // by then it has had the signal
		const peer = connect(started.port, "127.0.0.1");
		await once(peer, "connect"); // with the kernel
		peer.write("GET /api/state HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
		const status = once(peer, "data").then(([data]) => Number(String(data).split(" ")[1]));
		for (let i = 0; i < 10; i++) {
			await pause(20);
			assert.equal((await started.report()).sockets, sockets);
		}
		assert.equal(peer.bytesRead, 0);
		return { status };
	}

	for (const [name, said, stays] of FAULTS) {
		it(`${name}: is reported, and over as soon as its cause is, with nothing lost`, async () => {
			const started = (simulator = await Simulator.start(["--fault", `${name}@signal`], { host: HURRIED }));
			viewers = [0, 1].map(() => new MjpegClient(started.url));
			await Promise.all(viewers.map((viewer) => viewer.until(3)));

			started.process.kill("SIGUSR2");
			if (name === "buffers-exhausted") {
				let report = await started.report();
				for (; report.buffersHome; report = await started.report()) await pause(20);
				assert.isAbove(report.buffers, 0);
			}
			if (said !== undefined) {
				while ((await state(started.url)).fault !== said) await pause(20);
			} else if (stays && name !== "accept-emfile") await pause(500);
			else if (!stays) {
				await Promise.all(viewers.map((viewer) => viewer.until(Infinity).catch(() => {})));
				assert.isDefined(viewers[0].fault);
			}
			const waiter = name === "accept-emfile" ? await waiting(started) : undefined;
			const before = viewers.map(({ frames }) => frames);

			started.process.kill("SIGUSR2");
			const { uptime } = await state(started.url);
			if (!stays) viewers = [0, 1].map(() => new MjpegClient(started.url));
			await Promise.all(viewers.map((viewer, i) => viewer.until((stays ? before[i] : 0) + 5)));
			// By the frames' own clock. Two seconds, and the time that the first five take.
			for (const [i, { timestamps }] of viewers.entries())
				assert.isBelow(timestamps[stays ? before[i] + 1 : 0] - uptime, 2.2);
			assert.isUndefined((await state(started.url)).fault);
			assert.equal((await waiter?.status) ?? 200, 200);

			for (const viewer of viewers) viewer.close();
			await started.idle(300);
		});
	}

	describe("when it lasts,", () => {
		const run = programRunner();

		it("half-open: disconnects the clients that stay away, and serves all others", async () => {
			const started = await run(
				`
				import { App } from "yieldcam/app/app";
				import { Camera } from "yieldcam/camera/camera";
				import device from "yieldcam/device";

				const limits = { idleTimeout: 300, writeTimeout: 300, sweepInterval: 50 };
				device.serve(() => new App(new Camera(device.camera), device), { limits });
			`,
				{ host: ["--last-words", "200"] },
				"--fault",
				"half-open@signal",
			);
			await printed(started, "yieldcam is at ");
			const gone = [0, 1].map(() => new MjpegClient(started.url));
			// One with nothing to receive, like a browser's connection between two requests.
			const idle = connect(started.port, "127.0.0.1");
			idle.on("error", () => {}); // it is reset, which a client that is really gone would not notice
			idle.write("GET /api/state HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
			viewers = [...gone];
			await Promise.all([once(idle, "data"), ...gone.map((viewer) => viewer.until(3))]);

			started.process.kill("SIGUSR2");
			await started.report();
			const before = gone.map(({ frames }) => frames);
			const other = new MjpegClient(started.url);
			viewers.push(other);
			while ((await state(started.url)).viewers.length > 1) await pause(20);
			for (let i = 0; (await started.report()).sockets > 1; i++) {
				assert.isBelow(i, 300);
				await pause(20);
			}
			await other.until(other.frames + 5);
			assert.isUndefined(other.fault);
			// The third of them was under way, at most, and two more in the window.
			gone.forEach((viewer, i) => assert.isAtMost(viewer.frames, before[i] + 3));
			other.close();
			await started.idle(300);
			idle.destroy();
		});
	});

	/** Changes controls and, until the answer comes, counts those to other requests, and the frames of each viewer. */
	async function whileChanging(
		url: string,
		changes: object,
	): Promise<{ status: number; text: string; answers: number; frames: number[] }> {
		const before = viewers.map(({ frames }) => frames);
		let changed = false,
			answers = 0;
		const change = fetch(`${url}/api/camera`, {
			method: "PATCH",
			headers: { "Content-Type": "application/json", Connection: "close" },
			body: JSON.stringify(changes),
		}).then((response) => ((changed = true), response));
		while (!changed) {
			await state(url);
			if (!changed) answers++;
		}
		const { status } = await change;
		return {
			status,
			text: await (await change).text(),
			answers,
			frames: viewers.map(({ frames }, i) => frames - before[i]),
		};
	}

	it("bus-slow: delays a change of the controls, and nothing else", async () => {
		const started = (simulator = await Simulator.start(["--fault", "bus-slow@0s"]));
		viewers = [0, 1, 2, 3].map(() => new MjpegClient(started.url));
		await Promise.all(viewers.map((viewer) => viewer.until(3)));
		let answers = 0;
		const frames = [0, 0, 0, 0];
		for (const frameSize of ["VGA", "QVGA", "HVGA", "QVGA", "VGA", "QVGA"]) {
			const others = { mirror: frameSize === "QVGA", flip: true, colorBar: false, brightness: 1, contrast: 1 };
			const change = await whileChanging(started.url, { frameSize, ...others });
			assert.equal(change.status, 200);
			assert.include(change.text, `"value":"${frameSize}"`);
			answers += change.answers;
			change.frames.forEach((count, i) => (frames[i] += count));
		}
		// Each takes 100 ms. If the machine waited for the bus, each would see one answer at most, and few frames.
		assert.isAbove(answers, 12);
		for (const count of frames) assert.isAbove(count, 6);
		for (const viewer of viewers) assert.isUndefined(viewer.fault);
	});

	it("bus-stuck: fails a change of the controls after a second, and delays nothing else", async () => {
		const started = (simulator = await Simulator.start(["--fault", "bus-stuck@signal"]));
		viewers = [0, 1, 2, 3].map(() => new MjpegClient(started.url));
		await Promise.all(viewers.map((viewer) => viewer.until(3)));
		started.process.kill("SIGUSR2");
		await started.report(); // by then it has had the signal
		const { status, text, answers, frames } = await whileChanging(started.url, { frameSize: "VGA", mirror: true });
		assert.equal(status, 503);
		assert.include(text, "the camera's bus is stuck");
		assert.isAbove(answers, 12);
		for (const count of frames) assert.isAbove(count, 3);
		const control = await fetch(`${started.url}/control?var=vflip&val=1`, { headers: { Connection: "close" } });
		assert.deepEqual(
			[control.status, await control.text()],
			[503, "the camera's bus is stuck; check the ribbon cable and the camera's power\n"],
		);
		started.process.kill("SIGUSR2");
		await started.report();
		assert.equal((await whileChanging(started.url, { mirror: true })).status, 200);
		assert.isUndefined((await state(started.url)).fault);
	});

	it("admits a client with the password, however the clock jumps", async () => {
		const started = (simulator = await Simulator.start([
			"--fault",
			"clock-jump@signal",
			"--admin-password",
			"correct-horse",
		]));
		const signIn = async (password: string): Promise<number> => {
			const Authorization = `Basic ${Buffer.from(`admin:${password}`).toString("base64")}`;
			return (await fetch(`${started.url}/api/state`, { headers: { Authorization, Connection: "close" } }))
				.status;
		};
		for (let jump = 0; jump < 3; jump++) {
			assert.equal(await signIn("correct-horse"), 200);
			const wrong: number[] = [];
			while (wrong.at(-1) !== 429 && wrong.length < 20) wrong.push(await signIn("guessed"));
			assert.equal(wrong.at(-1), 429);
			assert.equal(wrong[0], 401, "failures before the jump do not count for years");
			started.process.kill("SIGUSR2");
			await started.report(); // by then it has had the signal
		}
	});

	for (const [name, lasts, said, retry] of [
		// Longer than a busy machine takes to start.
		["bus-stuck", 5, "the camera is being opened; if that takes long, its bus is stuck", 4],
		[
			"sensor-nack",
			1.5,
			"camera init failed (0x105): no known sensor answered on SCCB; check the pins for this board, the ribbon cable and the camera's power",
			1,
		],
		[
			"buffers-exhausted",
			1.5,
			"camera init failed (0xffffffff): the driver could not be set up, most often for want of memory; enable PSRAM, or use a smaller frame size or fewer buffers",
			1,
		],
	] as const) {
		it(`${name}: is reported from the start, and the camera opens as soon as its cause is over`, async () => {
			const started = (simulator = await Simulator.start(["--fault", `${name}@0s+${1_000 * lasts}ms`]));
			assert.equal((await state(started.url)).fault, said);
			assert.include(started.output, `yieldcam: ${said}\n`);
			const stream = await fetch(`${started.url}/stream`, { headers: { Connection: "close" } });
			assert.deepEqual([stream.status, await stream.text()], [503, `${said}\n`]);
			while ((await state(started.url)).fault !== undefined) await pause(20);
			const viewer = new MjpegClient(started.url);
			viewers.push(viewer);
			await viewer.until(5);
			// Since its own start: an attempt that stopped the machine for a second is repeated after four.
			assert.isBelow(viewer.timestamps[0], lasts + retry + 1.2);
			viewer.close();
			await started.idle(300);
		});
	}

	it("begins and ends at its time", async () => {
		const started = (simulator = await Simulator.start(
			["--fault", "camera-stall@300ms+1s", "--fault", "camera-truncated@1000s"],
			{ host: HURRIED },
		));
		const viewer = new MjpegClient(started.url);
		viewers.push(viewer);
		while ((await state(started.url)).fault !== NO_FRAMES) await pause(20);
		await viewer.until(viewer.frames + 5);
		assert.isUndefined((await state(started.url)).fault);
	});

	for (const plan of [
		"camera-stall",
		"stall@1s",
		"camera-stall@",
		"camera-stall@1",
		"camera-stall@1s+",
		"camera-stall@1s+2",
		"camera-stall@1s 2",
		"@1s",
	]) {
		it(`is rejected if it is not a fault: ${plan}`, async () => {
			const started = await Simulator.spawn(["--fault", plan]);
			assert.equal(await started.exit, 1);
			assert.include(
				started.errors,
				`--fault is NAME@START or NAME@START+DURATION, such as camera-stall@10s+500ms, 16 of them at most, not "${plan}"`,
			);
		});
	}
});
