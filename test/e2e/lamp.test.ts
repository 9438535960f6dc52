import { assert } from "chai";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Pins } from "../support/pins.ts";
import { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** The simulator's. */
const PIN = 2;
/** States of the pin, by brightness. */
const OFF = "pwm 100000 0.0000";
const FULL = "pwm 100000 1.0000";

interface Control {
	readonly name: string;
	readonly value: unknown;
}

describe("the lamp", function () {
	this.timeout(20_000);
	const folder = temporaryFolder();
	let simulator: Simulator;
	let pins: Pins;

	async function start(...args: string[]): Promise<void> {
		const path = join(folder.path, "pins");
		simulator = await Simulator.start(["--pins", path, ...args]);
		pins = await Pins.connect(path);
	}

	afterEach(async () => {
		pins.close();
		await simulator.stop();
	});

	async function get(path: string): Promise<Response> {
		return fetch(simulator.url + path);
	}

	async function control(name: string, number: number): Promise<number> {
		return (await get(`/control?var=${name}&val=${number}`)).status;
	}

	async function value(name: string): Promise<unknown> {
		const { controls } = (await (await get("/api/camera")).json()) as { controls: Control[] };
		return controls.find((other) => other.name === name)?.value;
	}

	async function patch(changes: object): Promise<number> {
		const response = await fetch(`${simulator.url}/api/camera`, {
			method: "PATCH",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify(changes),
		});
		return response.status;
	}

	it("is off, and as bright as its control, under CameraWebServer's name and its own", async () => {
		await start();
		await pins.until(PIN, OFF);
		assert.equal(await control("led_intensity", 51), 200);
		await pins.until(PIN, /^pwm 100000 0\.1992$/);
		assert.equal(await value("lamp"), 51);
		assert.equal(await patch({ lamp: 255 }), 200);
		await pins.until(PIN, FULL);
		assert.equal(((await (await get("/status")).json()) as { led_intensity: number }).led_intensity, 255);
		assert.equal(await patch({ lamp: 256 }), 422);
		assert.equal(await patch({ lamp: 0 }), 200);
		await pins.until(PIN, OFF);
	});

	it("is not what a change of several sets if another of them is refused", async () => {
		await start();
		await pins.until(PIN, OFF);
		assert.equal(await patch({ lamp: 9, brightness: 9 }), 422);
		assert.deepEqual(pins.states(PIN), [OFF]);
	});

	it("goes off with a reset of the controls", async () => {
		await start();
		await patch({ lamp: 255 });
		assert.equal((await fetch(`${simulator.url}/api/camera/reset`, { method: "POST" })).status, 200);
		await pins.until(PIN, OFF);
	});

	it("is off after a restart, and still flashes", async () => {
		const settings = ["--settings", join(folder.path, "settings.json")];
		await start(...settings);
		await patch({ lamp: 255, flash: 128, mirror: true });
		const exported = await (await get("/api/settings")).json();
		assert.deepEqual(exported, { version: 1, camera: { mirror: true, flash: 128 } });
		// The settings are written two seconds after the change.
		await pause(3_000);
		pins.close();
		await simulator.stop();
		await start(...settings);
		assert.deepEqual([await value("lamp"), await value("flash"), await value("mirror")], [0, 128, true]);
		await pins.until(PIN, OFF);
		assert.deepEqual(pins.states(PIN), [OFF]);
	});

	it("flashes for a snapshot, which has come when it goes off, and rests then", async () => {
		await start();
		await patch({ flash: 255 });
		const response = await get("/capture");
		assert.equal(response.status, 200);
		assert.equal(response.headers.get("content-type"), "image/jpeg");
		await response.arrayBuffer();
		await pins.until(PIN, OFF);
		assert.deepEqual(pins.states(PIN), [OFF, FULL, OFF]);
		for (let count = 0; count < 5; count++) await (await get("/capture")).arrayBuffer();
		assert.deepEqual(pins.states(PIN), [OFF, FULL, OFF], "no strobe light");
	});

	it("flashes for the snapshots at other projects' addresses", async () => {
		await start();
		await patch({ flash: 255 });
		await (await get("/?action=snapshot")).arrayBuffer();
		await pins.until(PIN, OFF);
		await pause(2_500);
		await (await get("/snapshot")).arrayBuffer();
		await pins.until(PIN, OFF);
		assert.deepEqual(pins.states(PIN), [OFF, FULL, OFF, FULL, OFF]);
	});

	it("flashes once for snapshots at the same time", async () => {
		await start();
		await patch({ flash: 255 });
		await Promise.all([1, 2, 3].map(async () => (await get("/capture")).arrayBuffer()));
		await pins.until(PIN, OFF);
		assert.deepEqual(pins.states(PIN), [OFF, FULL, OFF]);
	});

	it("goes back to its brightness after a flash, and does not flash if it is as bright", async () => {
		await start();
		await patch({ flash: 255, lamp: 51 });
		await (await get("/capture")).arrayBuffer();
		await pins.until(PIN, /0\.1992$/);
		await patch({ flash: 51 });
		await pause(2_500);
		await (await get("/capture")).arrayBuffer();
		assert.deepEqual(pins.states(PIN), [OFF, "pwm 100000 0.1992", FULL, "pwm 100000 0.1992"]);
	});

	it("does not stay on for a camera that sends no frames, nor for a client that disconnects", async () => {
		await start("--fault", "camera-stall@0s");
		await patch({ flash: 255 });
		const abort = new AbortController();
		const gone = fetch(`${simulator.url}/capture`, { signal: abort.signal }).catch(() => undefined);
		await pins.until(PIN, FULL);
		abort.abort();
		await gone;
		await pins.until(PIN, OFF);
		assert.deepEqual(pins.states(PIN), [OFF, FULL, OFF]);
	});

	it("is on a board only if that has one", async () => {
		await start("--board", "xiao_esp32s3_sense");
		assert.isUndefined(await value("lamp"));
		assert.isUndefined(await value("flash"));
		assert.equal(await control("led_intensity", 1), 500);
		assert.equal(((await (await get("/status")).json()) as { led_intensity: number }).led_intensity, -1);
		assert.deepEqual(pins.states(PIN), []);
	});

	it("is white light on a board with an LED that has colors", async () => {
		await start("--board", "freenove_esp32s3_cam");
		await pins.until(48, "color 000000");
		await patch({ lamp: 165, flash: 255 });
		await pins.until(48, "color a5a5a5");
		await (await get("/capture")).arrayBuffer();
		await pins.until(48, "color a5a5a5");
		assert.deepEqual(pins.states(48), ["color 000000", "color a5a5a5", "color ffffff", "color a5a5a5"]);
	});

	it("is lit by a low level on a board where that is so", async () => {
		await start("--board", "m5stack_unitcams3");
		await pins.until(14, FULL);
		await patch({ lamp: 255 });
		await pins.until(14, OFF);
	});
});
