import { assert } from "chai";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Pins } from "../support/pins.ts";
import { printed, programs } from "../support/program.ts";
import type { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const IMPORTS = `
	import Timer from "timer";
	import Digital from "embedded:io/digital";
	import PWM from "embedded:io/pwm";
	import { hold, reserve } from "yieldcam/common/pins";
	const attempt = what => {
		try {
			what();
			return "no error";
		} catch (error) {
			return error.name + ": " + error.message;
		}
	};
	// Keeps the program running.
	Timer.repeat(() => {}, 1_000);
`;

describe("the pins", () => {
	const run = programs();
	const folder = temporaryFolder();
	let pins: Pins | undefined;

	afterEach(() => {
		pins?.close();
		pins = undefined;
	});

	/** Runs a program, and waits until it has printed "ready". */
	async function start(source: string, ...args: string[]): Promise<Simulator> {
		const simulator = await run(`${IMPORTS}${source}\ntrace("ready\\n");`, ...args);
		await printed(simulator, "ready");
		return simulator;
	}

	/** The same, with a connection to its pins. */
	async function watched(source: string): Promise<{ simulator: Simulator; pins: Pins; path: string }> {
		const path = join(folder.path, "pins");
		const simulator = await start(source, "--pins", path);
		pins = await Pins.connect(path);
		return { simulator, pins, path };
	}

	/** What a line of code throws, after other code has run. */
	async function errorOf(before: string, code: string, ...args: string[]): Promise<string> {
		const simulator = await start(`${before}\ntrace("threw " + attempt(() => { ${code} }) + "\\n");`, ...args);
		return printed(simulator, "threw ");
	}

	/** Runs pieces of code one after the other in one program, and checks the beginnings of what they throw. */
	async function refuses(cases: readonly (readonly [what: string, code: string, error: string])[]): Promise<void> {
		const simulator = await start(
			cases.map(([, code], at) => `trace("${at} " + attempt(() => { ${code} }) + "\\n");`).join("\n"),
		);
		for (const [at, [what, , error]] of cases.entries())
			assert.equal((await printed(simulator, `${at} `)).slice(0, error.length), error, what);
	}

	describe("Digital", () => {
		it("sets an output to its initial value, to others, and off when it is closed", async () => {
			const { pins } = await watched(`
				const output = new Digital({ pin: 4, mode: Digital.Output, initialValue: 1 });
				const steps = [() => output.write(0), () => output.write(1), () => output.close(), () => output.close()];
				new Digital({ pin: 5, mode: Digital.Input, edge: Digital.Rising, onReadable() { steps.shift()(); } });
			`);
			await pins.until(4, "output 1");
			for (const state of ["output 0", "output 1", "off"]) {
				pins.drive(5, 1);
				await pins.until(4, state);
				pins.drive(5, 0);
			}
			assert.deepEqual(pins.states(4), ["output 1", "output 0", "output 1", "off"]);
		});

		// GPIO 39 to 42 begin as JTAG, 43 and 44 as the UART, 47 and 48 as a clock for memory.
		it("drives pins that begin with another function", async () => {
			const { pins } = await watched(`
				for (const pin of [39, 44, 48]) new Digital({ pin, mode: Digital.Output, initialValue: 1 });
				hold(47, 1);
			`);
			for (const pin of [39, 44, 47, 48]) await pins.until(pin, "output 1");
			assert.deepEqual(pins.states(39), ["output 1"]);
		});

		it("reads levels, the pulled ones of pins that nothing drives, and its own of an output", async () => {
			const simulator = await start(`
				const level = (pin, mode, more) => new Digital({ pin, mode, ...more }).read();
				trace("levels " + [
					level(1, Digital.Input), level(2, Digital.InputPullUp), level(3, Digital.InputPullDown),
					level(4, Digital.Output), level(5, Digital.Output, { initialValue: 1 }),
					level(6, Digital.OutputOpenDrain, { initialValue: 1 }),
					level(7, Digital.InputPullUp, { activeLow: true }),
					level(8, Digital.Output, { activeLow: true, initialValue: 1 }),
				] + "\\n");
			`);
			assert.equal(await printed(simulator, "levels "), "0,1,0,0,1,0,0,1");
		});

		// What the program reads after each of the levels 1, 0, 1, 0 of the pin; undefined if it is not called.
		for (const [edge, activeLow, expected] of [
			["Digital.Rising", false, [1, undefined, 1, undefined]],
			["Digital.Falling", false, [undefined, 0, undefined, 0]],
			["Digital.Rising | Digital.Falling", false, [1, 0, 1, 0]],
			["Digital.Rising", true, [undefined, 1, undefined, 1]],
		] as const) {
			it(`reports ${edge}${activeLow ? " of a pin that is active when it is low" : ""}`, async () => {
				const { simulator, pins } = await watched(`
					new Digital({ pin: 9, mode: Digital.Input, edge: ${edge}, activeLow: ${activeLow}, onReadable() {
						trace("level " + this.read() + "\\n");
					} });
					new Digital({ pin: 10, mode: Digital.Input, edge: Digital.Rising, onReadable() { trace("end\\n"); } });
				`);
				const seen = () => [...simulator.output.matchAll(/^level (\d)$/gm)].map(([, level]) => Number(level));
				const levels: number[] = [];
				for (const [at, level] of ([1, 0, 1, 0] as const).entries()) {
					pins.drive(9, level);
					const reported = expected[at];
					if (reported === undefined) continue;
					levels.push(reported);
					await simulator.until(() => seen().length === levels.length, "it reports the edge");
				}
				pins.drive(10, 1);
				await printed(simulator, "end");
				assert.deepEqual(seen(), levels);
			});
		}

		it("reports no edge once it is closed, not even in the same turn", async () => {
			const { simulator, pins } = await watched(`
				const closed = new Digital({ pin: 9, mode: Digital.Input, edge: Digital.Rising, onReadable() { trace("late\\n"); } });
				new Digital({ pin: 8, mode: Digital.Input, edge: Digital.Rising, onReadable() { closed.close(); } });
				new Digital({ pin: 10, mode: Digital.Input, edge: Digital.Rising, onReadable() { trace("end\\n"); } });
			`);
			pins.write("8 1\n9 1\n9 0\n9 1\n10 1\n");
			await printed(simulator, "end");
			assert.notInclude(simulator.output, "late");
		});

		it("keeps its level if the script keeps no reference", async () => {
			const { simulator, pins } = await watched(
				`new Digital({ pin: 4, mode: Digital.Output, initialValue: 1 });`,
			);
			await simulator.report();
			await pins.until(4, "output 1");
			assert.deepEqual(pins.states(4), ["output 1"]);
		});

		it("is refused with what to do, and leaves the pin free", async () => {
			await refuses([
				["no options", "new Digital()", "TypeError: the options are missing"],
				["no level", "new Digital({ pin: 10, mode: 8 }).write()", "TypeError: the level is missing"],
				[
					"no pin",
					"new Digital({ mode: Digital.Input })",
					"RangeError: the option pin is the number of a GPIO",
				],
				["half a pin", "new Digital({ pin: 4.5, mode: Digital.Input })", "RangeError: the option pin"],
				["a pin that does not exist", "new Digital({ pin: 23, mode: 0 })", "RangeError: the option pin"],
				[
					"the flash",
					"new Digital({ pin: 27, mode: 0 })",
					"Error: GPIO 27 is in use by the flash: choose another",
				],
				["the PSRAM", "new Digital({ pin: 35, mode: 0 })", "Error: GPIO 35 is in use by the PSRAM"],
				[
					"no mode",
					"new Digital({ pin: 4 })",
					"RangeError: the option mode is Digital.Input or Digital.Output",
				],
				["an unknown mode", "new Digital({ pin: 4, mode: 4 })", "RangeError: the option mode"],
				[
					"no edge",
					"new Digital({ pin: 4, mode: 0, onReadable() {} })",
					"RangeError: with onReadable, the option edge",
				],
				[
					"an output's edges",
					"new Digital({ pin: 4, mode: 8, edge: 1, onReadable() {} })",
					"RangeError: only an input",
				],
				[
					"no function",
					"new Digital({ pin: 4, mode: 0, edge: 1, onReadable: 5 })",
					"TypeError: onReadable must be",
				],
				["nothing", "new Digital({ pin: 4, mode: 0 }).close()", "no error"],
				[
					"two users",
					"new Digital({ pin: 6, mode: 0 }); new PWM({ pin: 6 })",
					"Error: GPIO 6 is in use by a Digital that is open",
				],
				["an input's value", "new Digital({ pin: 7, mode: 0 }).write(1)", "Error: GPIO 7 is an input"],
				[
					"to read when closed",
					"const d = new Digital({ pin: 8, mode: 0 }); d.close(); d.read()",
					"Error: the Digital is closed",
				],
				["another format", 'new Digital({ pin: 9, mode: 0 }).format = "buffer"', "RangeError: the format"],
				["nothing after a close", "new PWM({ pin: 8 }).close(); new Digital({ pin: 8, mode: 8 })", "no error"],
			]);
		});
	});

	describe("PWM", () => {
		it("sends its signal: nothing, a share, and all of the period", async () => {
			const { pins } = await watched(`
				const servo = new PWM({ pin: 4, hz: 50 });
				const most = 2 ** servo.resolution - 1;
				const values = [Math.round(most * 0.075), most, 0];
				new Digital({ pin: 5, mode: Digital.Input, edge: Digital.Rising, onReadable() { servo.write(values.shift()); } });
			`);
			await pins.until(4, "pwm 50 0.0000");
			for (const state of ["pwm 50 0.0750", "pwm 50 1.0000", "pwm 50 0.0000"]) {
				pins.drive(5, 1);
				await pins.until(4, state);
				pins.drive(5, 0);
			}
		});

		it("has the finest resolution that its frequency allows, or the given one", async () => {
			const simulator = await start(`
				const bits = options => {
					const pwm = new PWM({ pin: 4, ...options });
					const { hz, resolution } = pwm;
					pwm.close();
					return hz + "/" + resolution;
				};
				trace("bits " + [bits({}), bits({ hz: 5 }), bits({ hz: 50 }), bits({ hz: 100_000 }), bits({ hz: 40_000_000 }), bits({ hz: 50, resolution: 11 })] + "\\n");
			`);
			assert.equal(await printed(simulator, "bits "), "1024/14,5/14,50/14,100000/9,40000000/1,50/11");
		});

		it("shares the timers of equal frequencies, and says what to do if none is left", async () => {
			const error = await errorOf(
				`for (const [pin, hz] of [[1, 50], [2, 1000], [3, 2000], [4, 50], [5, 1000]]) new PWM({ pin, hz });`,
				`new PWM({ pin: 6, hz: 60 })`,
			);
			assert.equal(
				error,
				"Error: no timer is left for 60 Hz with 14 bits: share one (2000 Hz with 14 bits, 1000 with 14, 50 with 14), or close a PWM",
			);
		});

		it("gives a timer back with its last user, and each channel", async () => {
			const error = await errorOf(
				`
				for (let i = 0; i < 50; i++) {
					const all = [[1, 50 + i], [2, 1000 + i], [3, 2000 + i], [4, 50 + i], [5, 50 + i], [6, 50 + i], [7, 50 + i]].map(
						([pin, hz]) => new PWM({ pin, hz }));
					all.forEach(pwm => pwm.close());
				}`,
				`new PWM({ pin: 1, hz: 77 })`,
			);
			assert.equal(error, "no error");
		});

		it("is refused with what to do", async () => {
			await refuses([
				["nothing to write", "new PWM({ pin: 7 }).write()", "RangeError: a value of this PWM"],
				["a low frequency", "new PWM({ pin: 4, hz: 4 })", "RangeError: the option hz is 5 to 40000000"],
				["no frequency", 'new PWM({ pin: 4, hz: "fast" })', "RangeError: the option hz"],
				[
					"fine steps",
					"new PWM({ pin: 4, hz: 100_000, resolution: 12 })",
					"RangeError: at 100000 Hz the option resolution is 1 to 9 bits, not 12",
				],
				[
					"coarse steps",
					"new PWM({ pin: 4, hz: 50, resolution: 8 })",
					"RangeError: at 50 Hz the option resolution is 11 to 14 bits, not 8",
				],
				[
					"a large value",
					"new PWM({ pin: 4, resolution: 10 }).write(1024)",
					"RangeError: a value of this PWM is 0 to 1023, not 1024",
				],
				["no value", "new PWM({ pin: 5 }).write(NaN)", "RangeError: a value of this PWM"],
				[
					"a value when closed",
					"const p = new PWM({ pin: 6 }); p.close(); p.close(); p.write(0)",
					"Error: the PWM is closed",
				],
				[
					"the board's",
					'reserve(8, "the camera"); reserve(-1, "it"); new PWM({ pin: 8 })',
					"Error: GPIO 8 is in use by the camera: choose another pin",
				],
				[
					"the lamp's",
					'new PWM({ pin: 9, user: "the lamp: use it" }); new Digital({ pin: 9, mode: 8 })',
					"Error: GPIO 9 is in use by the lamp: use it",
				],
				[
					"an eighth",
					"for (const pin of [10, 11, 12, 13]) new PWM({ pin })",
					"Error: all 7 PWMs are open: close one",
				],
			]);
		});
	});

	describe("of a board", () => {
		it("are refused with the names of their users", async () => {
			const simulator = await start(
				`
				import device from "yieldcam/device";
				const of = pin => attempt(() => new Digital({ pin, mode: Digital.Input }).close());
				trace("camera " + of(15) + ", " + of(40) + "\\n");
				trace("card " + of(21) + "\\n");
				trace("free " + of(1) + "\\n");
				trace("lamp " + device.lamp + "\\n");
				`,
				"--board",
				"xiao_esp32s3_sense",
			);
			const camera = (pin: number) => `Error: GPIO ${pin} is in use by the camera: choose another pin`;
			assert.equal(await printed(simulator, "camera "), `${camera(15)}, ${camera(40)}`);
			assert.equal(
				await printed(simulator, "card "),
				"Error: GPIO 21 is in use by the SD card: choose another pin",
			);
			assert.equal(await printed(simulator, "free "), "no error");
			assert.equal(await printed(simulator, "lamp "), "undefined");
		});

		it("are refused where they switch the camera's supply", async () => {
			const error = await errorOf(
				`import device from "yieldcam/device"; device.log("");`,
				`new Digital({ pin: 18, mode: Digital.Output })`,
				"--board",
				"m5atom_s3r_m12",
			);
			assert.equal(error, "Error: GPIO 18 is in use by the camera's supply: choose another pin");
		});
	});

	describe("over the simulator's socket", () => {
		it("are shown to each client, with what was there before it came", async () => {
			const { pins, path } = await watched(`new Digital({ pin: 4, mode: Digital.InputPullUp });`);
			await pins.until(4, "input 1 pull-up");
			const second = await Pins.connect(path);
			await second.until(4, "input 1 pull-up");
			second.drive(4, 0);
			await Promise.all([pins.until(4, "input 0 pull-up"), second.until(4, "input 0 pull-up")]);
			second.drive(4, undefined);
			await pins.until(4, "input 1 pull-up");
			assert.deepEqual(second.states(5), []);
			second.close();
		});

		it("close a connection that sends anything else", async () => {
			const { path } = await watched(`new Digital({ pin: 4, mode: Digital.Input });`);
			for (const line of ["4\n", "4 2\n", "22 1\n", "x\n", "4 1 1\n", "4".repeat(100)]) {
				const client = await Pins.connect(path);
				client.write(line);
				await client.closed();
			}
		});

		it("cost no more than the connection of a client that does not read them", async () => {
			const { simulator, pins, path } = await watched(`
				const output = new Digital({ pin: 4, mode: Digital.Output });
				new Digital({ pin: 5, mode: Digital.Input, edge: Digital.Rising, onReadable() {
					for (let count = 0; count < 100_000; count++) output.write(count % 2);
					trace("done\\n");
				} });
			`);
			await pins.until(5, "input 0");
			pins.pause();
			pins.drive(5, 1);
			await printed(simulator, "done");
			const other = await Pins.connect(path);
			await other.until(4, /^output/);
			other.close();
		});

		it("are gone with the simulator, and replace what one that was killed has left", async () => {
			const { simulator, path } = await watched("");
			simulator.process.kill("SIGKILL");
			await simulator.exit;
			assert.isTrue(existsSync(path));
			const again = await watched("");
			await again.simulator.stop();
			assert.isFalse(existsSync(path));
		});
	});
});
