import { assert } from "chai";
import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import { Settings } from "yieldcam/settings/settings";
import type { Store } from "yieldcam/settings/store";
import { FakeOv2640 } from "../support/fake-ov2640.ts";
import { request } from "../support/requests.ts";
import { contentOf, serve } from "../support/serve.ts";
import { settled } from "../support/settled.ts";
import { advance, pendingTimers, resetClock } from "../support/time.ts";

class MemoryStore implements Store {
	text: string | undefined;
	writes = 0;
	full = false;

	constructor(text?: string) {
		this.text = text;
	}

	read(): string | undefined {
		return this.text;
	}

	write(text: string): void {
		if (this.full) throw new Error("flash is full");
		this.writes++;
		this.text = text;
	}

	clear(): void {
		this.text = undefined;
	}
}

function start(store: MemoryStore, fixed: readonly string[] = []): { app: App; log: string[] } {
	const log: string[] = [];
	const app = new App(new Camera({ io: FakeOv2640 }), { settings: { store, fixed, log: (line) => log.push(line) } });
	return { app, log };
}

describe("settings", () => {
	beforeEach(resetClock);

	it("are kept across restarts", async () => {
		const store = new MemoryStore();
		await start(store).app.controls.apply({ mirror: true, frameSize: "VGA", brightness: -1 });
		advance(2_000);
		assert.deepInclude(start(store).app.controls.values(), { mirror: true, frameSize: "VGA", brightness: -1 });
	});

	describe("have a name of the camera that", () => {
		const change = async (
			app: App,
			content: unknown,
			method = "PATCH",
		): Promise<[status: number, json: Record<string, unknown>]> => {
			const { status, bytes } = await settled(
				Promise.resolve(
					app.handle(
						request(method, "/api/settings", {
							headers: { "Content-Type": "application/json" },
							content: content === undefined ? "" : JSON.stringify(content),
						}),
					),
				),
			);
			return [status, JSON.parse(String.fromArrayBuffer(bytes as ArrayBuffer)) as Record<string, unknown>];
		};

		it("is kept, exported, imported and in the state", async () => {
			const store = new MemoryStore();
			const { app } = start(store);
			assert.isUndefined(app.state.name);
			assert.deepEqual(await change(app, { name: "Gärten 2" }), [
				200,
				{ version: 1, name: "Gärten 2", camera: {} },
			]);
			assert.equal(app.state.name, "Gärten 2");
			advance(2_000);
			assert.equal(start(store).app.state.name, "Gärten 2");
			assert.deepEqual(await change(app, {}), [200, { version: 1, name: "Gärten 2", camera: {} }]);
			assert.deepEqual(await change(app, { version: 1, name: "Shed", camera: {} }, "PUT"), [
				200,
				{ version: 1, name: "Shed", camera: {} },
			]);
			assert.deepEqual(await change(app, { name: null }), [200, { version: 1, camera: {} }]);
			advance(2_000);
			assert.isUndefined(store.text);
		});

		it("is refused if it is not a short text, and stays", async () => {
			const { app } = start(new MemoryStore());
			await change(app, { name: "Shed" });
			for (const name of ["", " Shed", "Shed ", "a\nb", "\u0085", "€".repeat(11), 7, [], true]) {
				const [status, { field, detail }] = await change(app, { name });
				assert.deepEqual([status, field], [422, "name"], JSON.stringify(name));
				assert.equal(detail, "name is a text of 1 to 32 bytes without blanks at its ends, or null");
			}
			for (const content of [[], null, "Shed"]) assert.equal((await change(app, content))[0], 422);
			assert.equal((await change(app, { camera: {} }))[1]["detail"], "PATCH changes the name, and not camera");
			assert.equal((await change(app, { version: 1, name: 7, camera: { mirror: true } }, "PUT"))[0], 422);
			assert.equal(app.state.name, "Shed");
			assert.isFalse(app.controls.values()["mirror"]);
			assert.equal((await change(app, { name: "€".repeat(10) }))[0], 200);
		});

		it("is given to the host at the start and with each change, and is reset with the rest", async () => {
			const told: unknown[] = [];
			const open = (text?: string): App =>
				new App(new Camera({ io: FakeOv2640 }), {
					settings: {
						store: new MemoryStore(text),
						log: (line) => told.push(line),
						onName: (name) => told.push([name]),
					},
				});
			const app = open('{"version":1,"name":"Shed","camera":{}}');
			await change(app, { name: "Shed" });
			await change(app, { name: "Barn" });
			await change(app, undefined, "DELETE");
			open();
			assert.deepEqual(told.splice(0), [["Shed"], ["Barn"], [undefined]]);
			open('{"version":1,"name":" ","camera":{}}');
			assert.match(String(told), /^the saved settings cannot be used: name is a text/);
		});
	});

	it("are written after ten seconds at the latest, although changes never pause", async () => {
		const store = new MemoryStore();
		const { app } = start(store);
		for (let i = 0; i < 19; i++) {
			await app.controls.apply({ brightness: i % 2 });
			advance(500);
		}
		assert.equal(store.writes, 0);
		await app.controls.apply({ brightness: 1 });
		advance(500);
		assert.equal(store.writes, 1);
		advance(10_000);
		assert.equal(store.writes, 1, "nothing has changed since");
	});

	it("are written once for many changes, and only those that are not at their default", async () => {
		const store = new MemoryStore();
		const { app } = start(store);
		for (let brightness = -2; brightness <= 2; brightness++) {
			await app.controls.apply({ brightness });
			advance(500);
		}
		await app.controls.apply({ contrast: 1 });
		await app.controls.apply({ contrast: 0 });
		advance(2_000);
		assert.equal(store.writes, 1);
		assert.deepEqual(JSON.parse(store.text!), { version: 1, camera: { brightness: 2 } });
		assert.equal(pendingTimers(), 0);
	});

	it("do not replace what was set for this run", () => {
		const store = new MemoryStore(`{"version":1,"camera":{"frameSize":"UXGA","mirror":true}}`);
		assert.deepInclude(start(store, ["frameSize"]).app.controls.values(), { frameSize: "QVGA", mirror: true });
	});

	it("are ignored one by one if the sensor does not have them anymore", () => {
		const store = new MemoryStore(`{"version":1,"camera":{"sharpness":2,"mirror":true,"brightness":7}}`);
		const { app, log } = start(store);
		assert.isTrue(app.controls.values()["mirror"]);
		assert.deepEqual(log, [
			"skipped a saved setting: sharpness is not a control of the OV2640",
			"skipped a saved setting: brightness is a whole number from -2 to 2",
		]);
	});

	for (const text of ["", "{", "[]", "null", `{"version":2,"camera":{}}`, `{"version":1}`]) {
		it(`that are ${text || "nothing"} keep no camera from starting`, () => {
			const { app, log } = start(new MemoryStore(text));
			assert.isFalse(app.controls.values()["mirror"]);
			assert.match(log.join("\n"), /^the saved settings cannot be used: /);
		});
	}

	it("are written only if they differ, and cleared if there is nothing to keep", async () => {
		const store = new MemoryStore();
		const { app } = start(store);
		await app.controls.apply({ brightness: 1 });
		advance(2_000);
		await app.controls.apply({ brightness: 0 });
		await app.controls.apply({ brightness: 1 });
		advance(2_000);
		assert.equal(store.writes, 1);
		await app.controls.apply({ brightness: 0 });
		advance(2_000);
		assert.isUndefined(store.text);
		assert.equal(store.writes, 1);
	});

	it("are written at once a few times when they are reset, or passwords change, and then with a delay", async () => {
		const store = new MemoryStore(),
			settings = new Settings({ store, controls: start(store).app.controls, log() {} });
		for (let i = 0; i < 100; i++) settings.keepAccess(`rule ${i}`);
		assert.isAtMost(store.writes, 9);
		assert.isAtLeast(store.writes, 8);
		advance(2_000);
		assert.include(store.text!, "rule 99");
		const { writes } = store;
		for (let i = 0; i < 100; i++) settings.keepAccess("rule 99");
		advance(2_000);
		assert.equal(store.writes, writes, "nothing has changed");
	});

	it("are written later if writing fails", async () => {
		const store = new MemoryStore();
		store.full = true;
		const { app, log } = start(store);
		await app.controls.apply({ mirror: true });
		advance(2_000);
		assert.deepEqual(log, ["the settings are not saved yet: flash is full"]);
		store.full = false;
		advance(2_000);
		assert.deepEqual(JSON.parse(store.text!), { version: 1, camera: { mirror: true } });
	});
});

describe("/api/settings", () => {
	async function ask(app: App, line: string, content = ""): Promise<[status: number, json: any]> {
		const text = await serve(app.router).ask(
			`${line} HTTP/1.1\r\nHost: cam\r\nContent-Type: application/json\r\nContent-Length: ${content.length}\r\n\r\n${content}`,
		);
		return [Number(text.split(" ")[1]), JSON.parse(contentOf(text))];
	}

	it("exports what can be imported", async () => {
		const { app } = start(new MemoryStore());
		await app.controls.apply({ mirror: true, frameSize: "SVGA" });
		const [status, saved] = await ask(app, "GET /api/settings");
		assert.equal(status, 200);
		assert.deepEqual(saved, { version: 1, camera: { mirror: true, frameSize: "SVGA" } });

		const other = start(new MemoryStore()).app;
		await other.controls.apply({ brightness: 2 });
		assert.deepEqual(await ask(other, "PUT /api/settings", JSON.stringify(saved)), [200, saved]);
		assert.deepInclude(other.controls.values(), { mirror: true, frameSize: "SVGA", brightness: 0 });
	});

	it("imports all or nothing", async () => {
		const { app } = start(new MemoryStore());
		const [status, problem] = await ask(
			app,
			"PUT /api/settings",
			`{"version":1,"camera":{"mirror":true,"sharpness":1}}`,
		);
		assert.equal(status, 422);
		assert.equal(problem.field, "sharpness");
		assert.isFalse(app.controls.values()["mirror"]);
	});

	for (const [content, field] of [
		["{}", "version"],
		[`{"version":1,"camera":[]}`, "camera"],
		["7", "version"],
	] as const) {
		it(`reports what is wrong with ${content}`, async () => {
			const [status, problem] = await ask(start(new MemoryStore()).app, "PUT /api/settings", content);
			assert.equal(status, 422);
			assert.equal(problem.field, field);
		});
	}

	it("returns to the defaults, and forgets", async () => {
		const store = new MemoryStore(`{"version":1,"camera":{"mirror":true}}`);
		const { app } = start(store);
		assert.deepEqual(await ask(app, "DELETE /api/settings"), [200, { version: 1, camera: {} }]);
		assert.isFalse(app.controls.values()["mirror"]);
		assert.isUndefined(store.text);
	});
});
