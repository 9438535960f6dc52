import { assert } from "chai";
import { symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { allHome, capturing } from "../support/capturing.ts";
import { FaultySensor, HURRIED } from "../support/faulty-sensor.ts";
import { retryInRealTime } from "../support/real-time.ts";
import { printed, programRunner, programs } from "../support/program.ts";
import type { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** The frames that a program has reported, by the sensor's run in which they were made. */
function framesOf(simulator: Simulator, run: number): number {
	return simulator.output.split("\n").filter((line) => line === `frame ${run}`).length;
}

function frames(simulator: Simulator, run: number, count: number): Promise<void> {
	return simulator.until(() => framesOf(simulator, run) >= count, `there are ${count} frames of run ${run}`);
}

function errors(simulator: Simulator): string[] {
	return simulator.output
		.split("\n")
		.filter((line) => line.startsWith("error "))
		.map((line) => line.slice(6));
}

/** Reads the run in which a frame was made: any byte of it but the first and last. */
const TELLING = `
	const frame = driver.read();
	trace("frame " + new Uint8Array(frame)[10] + "\\n");
	frame.close();
`;

describe("a camera whose sensor", function () {
	this.timeout(20_000);
	retryInRealTime(this);
	const { path } = temporaryFolder();
	const runProgram = programRunner();
	let count = 0;

	/** Declares a test of a program with a sensor that fails in the given way, at a test's speed. */
	function fails(
		what: string,
		runs: string[],
		host: string[],
		test: (run: (source: string) => Promise<Simulator>, sensor: FaultySensor) => Promise<void>,
	): void {
		it(what, () => {
			const sensor = new FaultySensor(join(path, `log-${++count}`), ...runs);
			return test(
				(source) => runProgram(source, { host: [...HURRIED, ...host], sensor: sensor.command }),
				sensor,
			);
		});
	}

	for (const [what, failure, message, said] of [
		["stops sending", "silent", "the camera gives no frames", ""],
		["sends frames without an end", "broken", "the camera sends broken frames (no end of image)", ""],
		["stops answering", "exit", "the camera gives no frames", "yieldcam-sim: the sensor process ended\n"],
	] as const) {
		fails(
			`${what} reports so, is restarted with its settings, and goes on`,
			[`5 ${failure}`, "good"],
			[],
			async (run, sensor) => {
				const started = await run(
					capturing(`
				if (count === 2)
					driver.set("hmirror", 1), driver.set("framesize", 5), driver.set("vflip", 1), driver.set("quality", 20), driver.set("hmirror", 0);
				${TELLING}
			`),
				);
				assert.equal(await printed(started, "error "), message);
				await printed(started, "restarted");
				await frames(started, 2, 5);
				assert.deepEqual(errors(started), [message]);
				assert.isBelow(started.output.indexOf("error"), started.output.indexOf("restarted"));
				assert.isAtMost(framesOf(started, 1), 5);
				assert.deepEqual(sensor.runs[1], [
					"set framesize 15",
					"set quality 12",
					"stream 1",
					"set framesize 5",
					"set vflip 1",
					"set quality 20",
					"set hmirror 0",
				]);
				assert.equal(started.errors, said);
				await allHome(started);
			},
		);
	}

	fails(
		"sends broken frames between good ones loses only those, and counts them",
		["10 broken", "good"],
		["--camera-patience", "60000", "--camera-restart", "60000"],
		async (run) => {
			const started = await run(
				capturing(TELLING) +
					`
			Timer.repeat(() => trace("dropped " + driver.dropped + "\\n"), 100);
		`,
			);
			await started.until(() => /^dropped [5-9]$/m.test(started.output), "broken frames are counted");
			assert.isAtMost(framesOf(started, 1), 10);
			assert.notInclude(started.output, "error");
		},
	);

	fails(
		"is dead for long reports so once, and is restarted again and again",
		["5 silent", "0 silent", "0 broken", "good"],
		[],
		async (run) => {
			const started = await run(capturing(TELLING));
			await frames(started, 4, 3);
			assert.equal(started.output.split("restarted").length - 1, 3);
			assert.deepEqual(errors(started), [
				"the camera gives no frames",
				"the camera sends broken frames (no end of image)",
			]);
		},
	);

	fails("is dead while no one wants frames is left alone", ["0 silent", "good"], [], async (run, sensor) => {
		const started = await run(`
			import Timer from "timer";
			import EspCamera from "yieldcam/common/camera";
			const driver = new EspCamera({ frameSize: 6, quality: 12, frameBufferCount: 3, onReadable() {}, onError(message) {
				trace("error " + message + "\\n");
			}, onRestart() {
				trace("restarted\\n");
			} });
			Timer.set(() => trace("later\\n"), 2000);
		`);
		await printed(started, "later");
		assert.equal(sensor.runs.length, 1);
		assert.notInclude(started.output, "error");
	});

	fails(
		"is dead is restarted even if frames are wanted for short times only, and reports each",
		["5 silent", "good"],
		[],
		async (run) => {
			const started = await run(
				capturing(
					TELLING,
					`
			onError(message) {
				trace("error " + message + "\\n");
				driver.stop();
				Timer.set(() => driver.start(), 1000);
			},
		`,
				),
			);
			await frames(started, 2, 3);
			assert.isAtLeast(errors(started).length, 2);
		},
	);

	fails("is silent while the script stops the camera reports nothing", ["5 silent", "good"], [], async (run) => {
		const started = await run(
			capturing(`
			${TELLING}
			if (count === 5) {
				Timer.set(() => driver.stop(), 100);
				Timer.set(() => trace("later\\n"), 1200);
			}
		`),
		);
		await printed(started, "later");
		assert.notInclude(started.output, "error");
	});

	fails(
		"is restarted stays stopped if the script stopped it",
		["5 silent", "good"],
		["--camera-init", "300"],
		async (run) => {
			const started = await run(
				capturing(
					TELLING,
					`
			onError() {
				// Reported at 400 ms; after three waits for a frame, 1,200 ms, the driver closes, and opens for 300.
				Timer.set(() => driver.stop(), 950);
			},
			onRestart() {
				trace("restarted\\n");
				Timer.set(() => trace("later " + driver.read() + "\\n"), 500);
				Timer.set(() => driver.start(), 600);
			},
		`,
				),
			);
			assert.equal(await printed(started, "later "), "undefined");
			await frames(started, 2, 3);
		},
	);

	fails("is restarted leaves the frames that the script holds as they are", ["5 silent", "good"], [], async (run) => {
		const started = await run(
			capturing(
				`
			if (count <= 2)
				(globalThis.held ??= []).push(driver.read());
			else {
				${TELLING}
			}
		`,
				`
			onRestart() {
				trace("held " + held.map(frame => [frame.byteLength, frame.width, new Uint8Array(frame).reduce((sum, byte) => sum + byte)]) + "\\n");
				held[0].close();
				delete globalThis.held;
			},
		`,
			),
		);
		const sum = 1996 * 1 + 0xff + 0xd8 + 0xff + 0xd9;
		assert.equal(await printed(started, "held "), `2000,320,${sum},2000,320,${sum}`);
		await frames(started, 2, 3);
		await allHome(started);
	});

	// Three buffers and no room for a copy.
	fails(
		"is restarted takes back the frames that the script holds if there is no memory for copies",
		["5 silent", "good"],
		["--jpeg-buffer", "4000", "--psram", "13000"],
		async (run) => {
			const started = await run(
				capturing(
					`
			if (count <= 2) {
				const frame = driver.read();
				(globalThis.held ??= []).push(frame, new Uint8Array(frame));
			}
			else {
				${TELLING}
			}
		`,
					`
			onRestart() {
				trace("held " + held.map(bytes => bytes.byteLength) + "\\n");
				held[0].close();
				trace("detached " + held[2].detach() + "\\n");
			},
		`,
				),
			);
			assert.equal(await printed(started, "held "), "0,0,0,0");
			await frames(started, 2, 3);
			await allHome(started);
		},
	);

	fails(
		"is restarted blocks nothing else, and accepts no settings until then",
		["5 silent", "good"],
		["--camera-init", "600"],
		async (run) => {
			const started = await run(
				capturing(
					TELLING,
					`
			onRestart() {
				clear();
				trace("longest " + longest + "\\n");
				trace("refused " + [...refused] + "\\n");
				trace("after " + driver.get("hmirror") + driver.set("hmirror", 1) + driver.get("hmirror") + "\\n");
			},
		`,
				) +
					`
			let last = Date.now(), longest = 0;
			const refused = new Set;
			const timer = Timer.repeat(() => {
				longest = Math.max(longest, Date.now() - last);
				last = Date.now();
				try {
					driver.get("hmirror");
					driver.set("hmirror", 0);
				}
				catch (error) {
					refused.add(error.message);
				}
			}, 10);
			function clear() {
				Timer.clear(timer);
			}
		`,
			);
			assert.isBelow(Number(await printed(started, "longest ")), 300);
			assert.equal(await printed(started, "refused "), "the camera is restarting");
			assert.equal(await printed(started, "after "), "0true1");
		},
	);

	for (const [when, onError, delay] of [
		["as the restart begins", "Timer.set(close, 0);", 0],
		["while the driver opens", "", 1500],
		["when its error is reported", "close();", 0],
	] as const) {
		fails(
			`is restarted can be closed ${when}, and opened again`,
			["5 silent", "good"],
			["--camera-init", "600"],
			async (run) => {
				const started = await run(
					capturing(
						`
				if (count <= 2)
					(globalThis.held ??= []).push(driver.read());
				else
					driver.read().close();
				if (count === 5 && ${delay})
					Timer.set(close, ${delay});
			`,
						`
				onError() { ${onError} },
			`,
					) +
						`
				let closed = false;
				function close() {
					if (closed)
						return;
					closed = true;
					driver.close();
					trace("held " + held.map(frame => frame.byteLength) + "\\n");
					const second = new EspCamera({ frameSize: 6, quality: 12, frameBufferCount: 2, onError() {}, onRestart() {}, onReadable() {
						const frame = second.read();
						trace("frame " + frame.width + "\\n");
						frame.close();
					} });
					second.start();
				}
			`,
				);
				assert.match(await printed(started, "held "), /^0,0$/);
				await frames(started, 320, 3);
				await allHome(started);
			},
		);
	}

	for (const delay of [1150, 1500]) {
		fails(
			`is restarted does not keep the host from ending, ${delay} ms after the last frame`,
			["5 silent", "good"],
			["--camera-init", "600"],
			async (run) => {
				const started = await run(
					capturing(`
				(globalThis.held ??= []).push(driver.read());
				if (count < 5)
					held.shift().close();
				else
					Timer.set(() => trace("now\\n"), ${delay});
			`),
				);
				await printed(started, "now");
				await started.stop();
				assert.equal(started.errors, "");
			},
		);
	}

	it("does not answer a restart is retried until it does, and says so to every caller", async () => {
		const {
			command: [node, ...args],
		} = new FaultySensor(join(path, "log"), "5 silent", "good");
		const link = join(path, "node");
		symlinkSync(node, link);
		const started = await runProgram(
			capturing(
				`
			${TELLING}
			if (count === 5)
				trace("silent\\n");
		`,
				`
			onError(message) {
				trace("error " + message + "\\n");
				if (message.includes("not be restarted")) {
					try {
						driver.set("hmirror", 1);
					}
					catch (error) {
						trace("refused " + error.message + "\\n");
					}
					driver.stop();
					Timer.set(() => driver.start(), 100);
				}
			},
		`,
			),
			{ host: HURRIED, sensor: [link, ...args] },
		);
		await printed(started, "silent");
		unlinkSync(link);
		const told = () =>
			errors(started).filter((line) =>
				/^the camera could not be restarted \(0x105\): no known sensor answered.*power$/.test(line),
			);
		await started.until(() => told().length >= 2, "the failure is reported twice");
		assert.equal(await printed(started, "refused "), "the camera is restarting");
		symlinkSync(node, link);
		await frames(started, 2, 3);
		assert.include(started.output, "restarted");
		await allHome(started);
	});
});

describe("a script that holds every frame buffer", function () {
	this.timeout(20_000);
	retryInRealTime(this);
	const { path } = temporaryFolder();
	const sensor = new FaultySensor(join(path, "log"), "good");
	const run = programs({ host: HURRIED, sensor: sensor.command });

	beforeEach(() => sensor.reset());

	it("receives an error, and the camera is not restarted for it", async () => {
		const started = await run(
			capturing(
				`
			(globalThis.held ??= []).push(driver.read());
			if (count === 2)
				Timer.set(() => {
					trace("later\\n");
					held.shift().close();
				}, 2500);
			trace("frame " + count + "\\n");
		`,
				"frameBufferCount: 2",
			),
		);
		assert.equal(
			await printed(started, "error "),
			"the camera has no buffer for a frame: the script holds them all",
		);
		await printed(started, "later");
		await printed(started, "frame 3");
		assert.equal(errors(started).length, 1);
		assert.notInclude(started.output, "restarted");
		assert.equal(sensor.runs.length, 1);
	});

	it("and closes one late does not hear that the sensor gives none", async () => {
		const started = await run(
			capturing(
				`
			const frame = driver.read();
			Timer.set(() => frame.close(), 300);
			trace("frame " + count + "\\n");
		`,
				"frameBufferCount: 1",
			),
		);
		await printed(started, "frame 8");
		assert.notInclude(started.output, "error");
	});
});
