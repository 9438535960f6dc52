import { assert } from "chai";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { FaultySensor, HURRIED } from "../support/faulty-sensor.ts";
import { printed, programRunner } from "../support/program.ts";
import type { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** A program that captures, counts its turns, and awaits results. */
function capturing(body: string): string {
	return `
		import Timer from "timer";
		import EspCamera from "yieldcam/common/camera";
		let resolveResult, frames = 0, turns = 0;
		const driver = new EspCamera({
			frameSize: 6, quality: 12, frameBufferCount: 3,
			onReadable() {
				frames++;
				driver.read()?.close();
			},
			onError(message) {
				trace("error " + message + "\\n");
			},
			onRestart() {
				trace("restarted\\n");
			},
			onResult(result) {
				resolveResult(result);
			},
		});
		// A result may come at once.
		const result = (begin) => new Promise((resolve) => {
			resolveResult = resolve;
			begin();
		});
		const change = (...changes) => result(() => driver.change(...changes));
		const command = (...values) => result(() => driver.command(...values));
		const pause = (time) => new Promise((resolve) => Timer.set(resolve, time));
		const message = (what) => {
			try {
				what();
				return "done";
			} catch (error) {
				return error.message;
			}
		};
		Timer.repeat(() => turns++, 5);
		driver.start();
		async function run() {
			${body}
		}
		run().catch((error) => trace("failed " + error + "\\n"));
	`;
}

describe("the sensor's bus", function () {
	this.timeout(30_000);
	const { path } = temporaryFolder();
	const runProgram = programRunner();
	let count = 0;

	/** The program's lines that begin with "said". */
	function said({ output }: Simulator): string[] {
		return output
			.split("\n")
			.filter((line) => line.startsWith("said "))
			.map((line) => line.slice(5));
	}

	/** Compares the commands that the sensor received once the driver had opened it. The last ones may be on their way. */
	async function received(sensor: FaultySensor, commands: readonly string[]): Promise<void> {
		const last = () => (sensor.runs[0] ?? []).slice(4);
		while (last().length < commands.length) await pause(20);
		assert.deepEqual(last(), commands);
	}

	async function run(
		body: string,
		faults: readonly string[] = [],
		host: readonly string[] = [],
	): Promise<{ started: Simulator; sensor: FaultySensor }> {
		const sensor = new FaultySensor(join(path, `log-${++count}`), "good");
		const started = await runProgram(
			capturing(
				`const say = (...values) => trace("said " + values.join(" ") + "\\n"); ${body}; trace("end\\n");`,
			),
			{ host, sensor: sensor.command },
			...faults.flatMap((fault) => ["--fault", fault]),
		);
		return { started, sensor };
	}

	it("takes changes, all or none, and commands, with a result for each", async () => {
		const { started, sensor } = await run(`
			say(await change("hmirror", 1, "framesize", 5), driver.get("hmirror"), driver.get("framesize"));
			say(await change("vflip", 1, "brightness", 3, "colorbar", 1), driver.get("vflip"), driver.get("brightness"), driver.get("colorbar"));
			say(await change("vflip", 1, "nonsense", 1), driver.get("vflip"));
			say(await change());
			say(await command("reg", 0x111, 0xff, 0x5a));
			say(await command("greg", 0x111, 0xf0), driver.abandon());
			say(await command("pll", 0, 0, 0, 0, 0, 0, 0, 0));
			say(await command("xclk", 16), driver.get("xclk"));
			say(message(() => driver.command("nonsense")));
		`);
		await printed(started, "end");
		assert.deepEqual(said(started), [
			"0 1 5",
			"-2 0 0 0",
			"-2 0",
			"0",
			"0",
			"80 false",
			"-1",
			"0 16",
			"nonsense is not a command of the camera",
		]);
		await received(sensor, [
			"set hmirror 1",
			"set framesize 5",
			"set vflip 1",
			"set vflip 0",
			"set vflip 1",
			"set vflip 0",
		]);
	});

	it("takes one change at a time, while the script goes on", async () => {
		const { started } = await run(
			`
			while (frames < 3) await pause(10);
			const before = turns, framesBefore = frames;
			const pending = change("framesize", 5, "hmirror", 1, "vflip", 1, "colorbar", 1, "brightness", 1, "contrast", 1);
			say(driver.get("framesize"), driver.get("hmirror"));
			say(message(() => driver.change("vflip", 0)));
			say(message(() => driver.set("vflip", 0)));
			say(message(() => driver.get("reg", 1, 1)));
			say(await pending, turns - before >= 5, frames > framesBefore, driver.get("framesize"), driver.get("hmirror"));
			driver.set("vflip", 0);
			say(driver.get("vflip"));
		`,
			["bus-slow@0s"],
		);
		await printed(started, "end");
		assert.deepEqual(said(started), [
			"6 0",
			"the camera's bus is in use",
			"the camera's bus is in use",
			"the camera's bus is in use",
			"0 true true 5 1",
			"0",
		]);
	});

	it("that is stuck fails a change after a second, undoes it, and is used again", async () => {
		const { started } = await run(
			`
			while (frames < 3) await pause(10);
			trace("ready\\n");
			await pause(200);
			const before = turns, framesBefore = frames;
			say(await change("hmirror", 1, "brightness", 1));
			say(turns - before > 20, frames > framesBefore, driver.get("hmirror"), driver.get("brightness"));
			say(message(() => driver.set("vflip", 1)), driver.get("vflip"));
			trace("unstick\\n");
			await pause(200);
			say(await change("hmirror", 1, "brightness", 1), driver.get("hmirror"), driver.get("brightness"));
		`,
			["bus-stuck@signal"],
		);
		for (const line of ["ready", "unstick"]) {
			await printed(started, line);
			started.process.kill("SIGUSR2");
		}
		await printed(started, "end");
		const text = "the camera's bus is stuck; check the ribbon cable and the camera's power";
		assert.deepEqual(said(started), [text, "true true 0 0", `${text} 0`, "0 1 1"]);
	});

	it("is refused to others until a change that was given up has been undone", async () => {
		const { started, sensor } = await run(
			`
			driver.change("framesize", 5, "hmirror", 1, "vflip", 1, "colorbar", 1, "brightness", 1);
			await pause(20);
			say(driver.abandon(), driver.abandon(), message(() => driver.change("vflip", 1)));
			const attempt = () => change("quality", 20).catch((error) => error.message);
			let text;
			while ((text = await attempt()) !== 0) await pause(10);
			say(text, driver.get("framesize"), driver.get("hmirror"), driver.get("brightness"), driver.get("quality"));
		`,
			["bus-slow@0s"],
		);
		await printed(started, "end");
		assert.deepEqual(said(started), [
			"true false the camera's bus is stuck; check the ribbon cable and the camera's power",
			"0 6 0 0 20",
		]);
		await received(sensor, ["set framesize 5", "set framesize 6", "set quality 20"]);
	});

	it("is that of a driver which may be restarted or closed at any time", async () => {
		const { started } = await run(
			`
			say(await change("hmirror", 1));
			trace("ready\\n");
			const attempt = () => change("vflip", 1).catch((error) => error.message);
			let text;
			while (await attempt() !== "the camera is restarting") await pause(20);
			trace("answer\\n");
			while ((text = await attempt()) !== 0) await pause(20);
			say(text, driver.get("hmirror"));
			resolveResult = () => say("late");
			driver.change("framesize", 5, "colorbar", 1);
			driver.close();
			await pause(300);
			say(message(() => driver.change("vflip", 1)));
		`,
			["sensor-nack@signal", "bus-slow@0s"],
			HURRIED,
		);
		for (const line of ["ready", "answer"]) {
			await printed(started, line);
			started.process.kill("SIGUSR2");
		}
		await printed(started, "end");
		assert.deepEqual(said(started), ["0", "0 1", "the camera is closed"]);
	});
});
