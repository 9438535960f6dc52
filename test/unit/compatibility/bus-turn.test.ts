import { assert } from "chai";
import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import { respondByBus } from "yieldcam/compatibility/bus-turn";
import { HttpError } from "yieldcam/http/http-error";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";
import { FakeDriver } from "../support/fake-driver.ts";
import { FakeOv2640 } from "../support/fake-ov2640.ts";
import type { Client } from "../support/memory-io.ts";
import { head, type Served, serve } from "../support/serve.ts";

describe("requests for the sensor's bus by GET", () => {
	const MOST = 8;

	function board(): Served {
		return serve(new App(new Camera({ io: FakeOv2640 })).router);
	}

	/** Many clients that change a control at the same time. */
	async function strangers(served: Served): Promise<Client[]> {
		const clients = Array.from({ length: MOST }, (_, i) =>
			served.connect().send(head(`GET /control?var=brightness&val=${(i % 2) + 1} HTTP/1.1`)),
		);
		await served.network.settle();
		return clients;
	}

	const status = (text: string): number => Number(text.split(" ")[1]);

	it("are answered in the turn in which they come, if the bus is", async () => {
		const served = board();
		const clients = await strangers(served);
		assert.deepEqual(
			clients.map(({ text }) => status(text)),
			clients.map(() => 200),
		);
		assert.lengthOf(FakeOv2640.last.history, MOST);
	});

	it("keep no other request waiting, however slow the bus is", async () => {
		const served = board();
		FakeOv2640.last.slow = true;
		const clients = await strangers(served);
		// One at a time is at the bus, and has a handler's place. The others wait in the server's queue, as far as that goes.
		assert.lengthOf(FakeOv2640.last.history, 1);
		assert.equal(clients.filter(({ text }) => text === "").length, MOST);
		for (let i = 0; i < 3; i++) {
			assert.equal(status(await served.ask(head("GET /status HTTP/1.1"))), 200);
			assert.equal(status(await served.ask(head("GET /api/state HTTP/1.1"))), 200);
		}
		FakeOv2640.last.flush();
		await served.network.settle();
		assert.isAbove(clients.filter(({ text }) => status(text) === 200).length, 0);
	});

	it("keep nothing if they cannot begin", async () => {
		const camera = new Camera({ io: FakeDriver });
		let fails = true;
		const served = serve(
			new Router().get("/", (request) =>
				respondByBus(camera, request, (done) => {
					if (fails) throw new HttpError(422, "no");
					done(new Response("yes"));
				}),
			),
		);
		assert.match(await served.ask(head("GET / HTTP/1.1")), /^HTTP\/1\.1 422 /);
		fails = false;
		assert.match(await served.ask(head("GET / HTTP/1.1")), /^HTTP\/1\.1 200 /);
	});
});
