import { assert } from "chai";
import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import { FakeOv2640 } from "../support/fake-ov2640.ts";
import type { Client } from "../support/memory-io.ts";
import { head, type Served, serve } from "../support/serve.ts";
import { advance, pendingTimers } from "../support/time.ts";

interface Listening {
	readonly app: App;
	readonly served: Served;
	readonly listen: () => Promise<Client>;
}

function open(): Listening {
	const app = new App(new Camera({ io: FakeOv2640 }));
	const served = serve(app.router);
	return {
		app,
		served,
		async listen() {
			const client = served.connect().send(head("GET /api/events HTTP/1.1"));
			await served.network.settle();
			return client;
		},
	};
}

/** The events of one kind that a client received. */
function eventsOf(client: Client, kind: string): any[] {
	return [...client.text.matchAll(/event: (\w+)\ndata: (.*)\n\n/g)]
		.filter(([, name]) => name === kind)
		.map(([, , data]) => JSON.parse(data));
}

describe("/api/events", () => {
	it("sends the state and the controls at once", async () => {
		const client = await open().listen();
		assert.match(client.text, /\r\nContent-Type: text\/event-stream\r\n/);
		assert.deepInclude(eventsOf(client, "state")[0], { sensor: "OV2640" });
		assert.deepInclude(eventsOf(client, "controls")[0], { frameSize: "QVGA", mirror: false });
	});

	it("sends the state every second, while a client listens", async () => {
		const { served, listen } = open();
		const idle = pendingTimers();
		const client = await listen();
		for (let i = 0; i < 3; i++) {
			advance(1_000);
			await served.network.settle();
		}
		assert.lengthOf(eventsOf(client, "state"), 4);
		client.finish();
		await served.network.settle();
		assert.equal(pendingTimers(), idle);
	});

	it("sends every client what one has changed", async () => {
		const { app, served, listen } = open();
		const clients = [await listen(), await listen()];
		await app.controls.apply({ mirror: true, frameSize: "VGA" });
		await served.network.settle();
		for (const client of clients)
			assert.deepInclude(eventsOf(client, "controls").at(-1), { frameSize: "VGA", mirror: true });
	});

	it("keeps only the latest event for a client that does not read", async () => {
		const { app, served, listen } = open();
		const client = await listen();
		client.pause();
		for (let quality = 10; quality < 60; quality++) {
			await app.controls.apply({ quality });
			await served.network.settle();
		}
		client.resume();
		await served.network.settle();
		const qualities = eventsOf(client, "controls").map(({ quality }) => quality as number);
		assert.equal(qualities.at(-1), 59);
		assert.isBelow(qualities.length, 25, "what its socket had room for, and the last");
	});

	it("continues while the camera restarts", async () => {
		const { served, listen } = open();
		FakeOv2640.last.restarting = true;
		const client = await listen();
		advance(1_000);
		await served.network.settle();
		assert.lengthOf(eventsOf(client, "state"), 2);
		assert.deepEqual(eventsOf(client, "controls"), [{}]);
	});

	it("has no client, and no viewer, if the first state cannot be told", async () => {
		const { app, served } = open();
		const { last } = FakeOv2640;
		Object.defineProperty(last, "dropped", {
			configurable: true,
			get() {
				throw new Error("the camera is closed");
			},
		});
		assert.match(await served.ask(head("GET /api/stream?events HTTP/1.1")), /^HTTP\/1\.1 500 /);
		assert.lengthOf(app.stream.viewers, 0);
		assert.isFalse(last.running);
	});
});
