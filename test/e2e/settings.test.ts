import { assert } from "chai";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describe("the settings", () => {
	const { path } = temporaryFolder();
	const file = join(path, "settings.json");
	let simulator: Simulator;

	afterEach(() => simulator.stop());

	async function start(...args: string[]): Promise<void> {
		simulator = await Simulator.start(["--settings", file, ...args]);
	}

	async function saved(): Promise<unknown> {
		const { camera } = (await (await fetch(`${simulator.url}/api/settings`)).json()) as { camera: unknown };
		return camera;
	}

	it("are kept across restarts", async () => {
		await start();
		await fetch(`${simulator.url}/api/camera`, {
			method: "PATCH",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ mirror: true, frameSize: "VGA" }),
		});
		while (!statSync(file, { throwIfNoEntry: false })) await pause(50);
		assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), {
			version: 1,
			camera: { frameSize: "VGA", mirror: true },
		});
		await simulator.stop();

		await start();
		assert.deepEqual(await saved(), { frameSize: "VGA", mirror: true });
	});

	it("do not override the command line", async () => {
		await start("--frame-size", "SVGA");
		assert.deepEqual(await saved(), { mirror: true });
		const { framesize } = (await (await fetch(`${simulator.url}/status`)).json()) as { framesize: number };
		assert.equal(framesize, 11);
	});

	it("that cannot be read keep no camera from starting, and the console says so", async () => {
		writeFileSync(file, "{ not JSON");
		await start();
		assert.deepEqual(await saved(), {});
		assert.match(simulator.output, /^yieldcam: the saved settings cannot be used: /m);
	});

	it("are forgotten on request", async () => {
		writeFileSync(file, `{"version":1,"camera":{"flip":true}}`);
		await start();
		assert.deepEqual(await saved(), { flip: true });
		assert.equal((await fetch(`${simulator.url}/api/settings`, { method: "DELETE" })).status, 200);
		assert.isUndefined(statSync(file, { throwIfNoEntry: false }));
		assert.deepEqual(await saved(), {});
	});
});
