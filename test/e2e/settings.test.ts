import { assert } from "chai";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../support/live-page.ts";
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

	it("are kept in a file whose path is not UTF-8", async () => {
		const folder = Buffer.concat([Buffer.from(`${path}/caf`), Buffer.of(0xe9)]);
		mkdirSync(folder);
		simulator = await Simulator.start(["--settings", `${path}/caf\uf7e9/s.json`]);
		await fetch(`${simulator.url}/control?var=vflip&val=1`);
		await until("they are saved", async () => readdirSync(folder).includes("s.json"));
		await simulator.stop();
		simulator = await Simulator.start(["--settings", `${path}/caf\uf7e9/s.json`]);
		assert.deepEqual(await saved(), { flip: true });
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
