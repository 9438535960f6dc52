import { assert } from "chai";
import { setTimeout as pause } from "node:timers/promises";
import type { State } from "../../src/state/state.ts";
import { hurried } from "../support/faulty-sensor.ts";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { Simulator } from "../support/simulator.ts";

const noFrames = "the camera gives no frames";

/** What it is, what the state says of it, and whether viewers keep their connection. */
const faults: [name: string, said: string | undefined, stays: boolean][] = [
	["camera-stall", noFrames, true],
	["camera-null", noFrames, true],
	["camera-truncated", "the camera sends broken frames (no end of image)", true],
	["sensor-nack", "the camera could not be restarted (0x105): no known sensor answered on SCCB; check the pins for this board, the ribbon cable and the camera's power", true],
	["buffers-exhausted", noFrames, true],
	["send-error", undefined, false],
	["half-open", undefined, true],
	["accept-emfile", undefined, true],
	["clock-jump", undefined, true],
];

describe("a fault that is asked for", function () {
	this.timeout(30_000);
	let simulator: Simulator | undefined;
	let viewers: MjpegClient[] = [];

	afterEach(async () => {
		for (const viewer of viewers)
			viewer.close();
		viewers = [];
		await simulator?.stop();
		simulator = undefined;
	});

	/** The state, asked for until the server answers. */
	async function state(url: string): Promise<State> {
		for (;;) {
			try {
				return await (await fetch(`${url}/api/state`, { headers: { Connection: "close" }, signal: AbortSignal.timeout(5_000) })).json() as State;
			}
			catch {
				await pause(20);
			}
		}
	}

	for (const [name, said, stays] of faults) {
		it(`${name}: is told, and over as soon as its cause is, with nothing lost`, async () => {
			const started = simulator = await Simulator.start(["--fault", `${name}@signal`], { host: hurried });
			viewers = [0, 1].map(() => new MjpegClient(started.url));
			await Promise.all(viewers.map(viewer => viewer.until(3)));

			started.process.kill("SIGUSR2");
			if (said !== undefined) {
				while ((await state(started.url)).fault !== said)
					await pause(20);
			}
			else if (stays)
				await pause(500);
			else {
				await Promise.all(viewers.map(viewer => viewer.until(Infinity).catch(() => {})));
				assert.isDefined(viewers[0]!.fault);
			}
			const before = viewers.map(({ frames }) => frames);
			const asked = name === "accept-emfile" ? fetch(`${started.url}/api/state`, { headers: { Connection: "close" } }) : undefined;

			started.process.kill("SIGUSR2");
			const { uptime } = await state(started.url);
			if (!stays)
				viewers = [0, 1].map(() => new MjpegClient(started.url));
			await Promise.all(viewers.map((viewer, i) => viewer.until((stays ? before[i]! : 0) + 5)));
			// By the frames' own clock. Two seconds, and the time that the first five take.
			for (const [i, { timestamps }] of viewers.entries())
				assert.isBelow(timestamps[stays ? before[i]! + 1 : 0]! - uptime, 2.2);
			assert.isUndefined((await state(started.url)).fault);
			assert.equal((await asked)?.status ?? 200, 200);

			for (const viewer of viewers)
				viewer.close();
			await started.idle(300);
		});
	}

	it("lets who has the password in, however the clock jumps", async () => {
		const started = simulator = await Simulator.start(["--fault", "clock-jump@signal", "--admin-password", "correct-horse"]);
		const signIn = async (password: string): Promise<number> => {
			const Authorization = `Basic ${Buffer.from(`admin:${password}`).toString("base64")}`;
			return (await fetch(`${started.url}/api/state`, { headers: { Authorization, Connection: "close" } })).status;
		};
		for (let jump = 0; jump < 3; jump++) {
			assert.equal(await signIn("correct-horse"), 200);
			const wrong: number[] = [];
			while (wrong.at(-1) !== 429 && wrong.length < 20)
				wrong.push(await signIn("guessed"));
			assert.equal(wrong.at(-1), 429);
			assert.equal(wrong[0], 401, "what was before the jump does not count for years");
			started.process.kill("SIGUSR2");
			await started.report(); // by when it has had the signal before
		}
	});

	it("comes and goes at its time", async () => {
		const started = simulator = await Simulator.start(["--fault", "camera-stall@300ms+1s", "--fault", "camera-truncated@1000s"], { host: hurried });
		const viewer = new MjpegClient(started.url);
		viewers.push(viewer);
		while ((await state(started.url)).fault !== noFrames)
			await pause(20);
		await viewer.until(viewer.frames + 5);
		assert.isUndefined((await state(started.url)).fault);
	});

	for (const plan of ["camera-stall", "stall@1s", "camera-stall@", "camera-stall@1", "camera-stall@1s+", "camera-stall@1s+2", "camera-stall@1s 2", "@1s"]) {
		it(`is refused where it is no fault: ${plan}`, async () => {
			const started = await Simulator.spawn(["--fault", plan]);
			assert.equal(await started.exit, 1);
			assert.include(started.errors, `--fault is NAME@START or NAME@START+DURATION, such as camera-stall@10s+500ms, 16 of them at most, not "${plan}"`);
		});
	}
});
