import { assert } from "chai";
import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import { Reservation } from "yieldcam/http/engine/reservation";
import { DEFAULT_LIMITS } from "yieldcam/http/limits";
import { FakeMachine } from "../support/fake-machine.ts";
import { FakeOv2640 } from "../support/fake-ov2640.ts";
import { head, type Served, serve } from "../support/serve.ts";
import { advance } from "../support/time.ts";

const store = { read: () => undefined, write() {}, clear() {} };

function open(machine = new FakeMachine()): { served: Served; driver: FakeOv2640 } {
	const app = new App(new Camera({ io: FakeOv2640 }), { settings: { store, log() {} } });
	return { served: serve(app.router, { machine }), driver: FakeOv2640.last };
}

function request(line: string, content?: string): string {
	if (content === undefined) return head(`${line} HTTP/1.1`);
	return head(`${line} HTTP/1.1`, "Content-Type: application/json", `Content-Length: ${content.length}`) + content;
}

describe("changes of the camera", () => {
	for (const [line, content] of [
		["PATCH /api/camera", '{"brightness":1}'],
		["PUT /api/settings", '{"version":1,"camera":{"brightness":1}}'],
		["POST /api/camera/reset"],
		["DELETE /api/settings"],
		["GET /control?var=brightness&val=1"],
	] as const) {
		it(`wait in the queue while the sensor's bus is slow: ${line}`, async () => {
			const { served, driver } = open();
			// The router learns that the route waits, and there is something to reset.
			await served.ask(request("PATCH /api/camera", '{"contrast":1}'));
			await served.ask(request(line, content));
			await served.ask(request("PATCH /api/camera", '{"contrast":2}'));
			driver.slow = true;
			// More than the camera lets wait.
			const clients = Array.from({ length: 8 }, (_, i) =>
				served.network.connect(80, `192.0.2.${i}`).send(request(line, content)),
			);
			await served.network.settle();
			for (const client of clients) assert.equal(client.text, "");
			driver.flush();
			for (let i = 0; i < 20; i++) {
				advance(50);
				await served.network.settle();
			}
			assert.deepEqual(
				clients.map(({ text }) => text.slice(9, 12)),
				clients.map(() => "200"),
			);
		});
	}

	it("have one handler at a time although they come in the same turn", async () => {
		const { served, driver } = open();
		await served.ask(request("PATCH /api/camera", '{"contrast":1}'));
		driver.slow = true;
		let places = 0;
		const { acquireHandler } = Reservation.prototype;
		Reservation.prototype.acquireHandler = function (...args) {
			const had = this.hasHandler,
				has = acquireHandler.apply(this, args);
			if (has && !had) places++;
			return has;
		};
		const { releaseHandler } = Reservation.prototype;
		Reservation.prototype.releaseHandler = function () {
			if (this.hasHandler) places--;
			releaseHandler.call(this);
		};
		try {
			for (let i = 0; i < 4; i++)
				served.network.connect(80, `192.0.2.${i}`).send(request("PATCH /api/camera", '{"brightness":1}'));
			await served.network.settle();
			assert.equal(places, 1);
		} finally {
			Object.assign(Reservation.prototype, { acquireHandler, releaseHandler });
		}
	});

	it("describe nothing if there is no memory for that when they are done", async () => {
		const machine = new FakeMachine();
		const { served, driver } = open(machine);
		driver.slow = true;
		const client = served.connect().send(request("PATCH /api/camera", '{"brightness":1}'));
		await served.network.settle();
		machine.bytes = DEFAULT_LIMITS.acceptBytes + 8_192;
		driver.flush();
		await served.network.settle();
		assert.match(client.text, /^HTTP\/1\.1 503 .*it was changed/s);
		assert.deepEqual(driver.history, ["brightness=1"]);
	});
});
