import { assert } from "chai";
import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import { FakeMachine } from "../support/fake-machine.ts";
import { FakeOv2640 } from "../support/fake-ov2640.ts";
import { latin1 } from "../support/latin1.ts";
import type { Client } from "../support/memory-io.ts";
import { contentOf, head, type Served, serve, type ServeOptions } from "../support/serve.ts";
import { advance, pendingTimers } from "../support/time.ts";

interface Watching {
	readonly app: App;
	readonly driver: FakeOv2640;
	readonly served: Served;
	readonly watch: (path?: string) => Promise<Client>;
	/** Captures a frame, and lets it be sent. */
	readonly capture: () => Promise<void>;
}

function open(options?: ServeOptions): Watching {
	const app = new App(new Camera({ io: FakeOv2640 }));
	const driver = FakeOv2640.last;
	const served = serve(app.router, options);
	let time = 0;
	return {
		app,
		driver,
		served,
		async watch(path = "/api/stream?events") {
			const client = served.connect().send(head(`GET ${path} HTTP/1.1`));
			await served.network.settle();
			return client;
		},
		async capture() {
			driver.capture((time += 40_000));
			await served.network.settle();
		},
	};
}

/** The parts of a stream so far: the name and value of events, and "frame" with the number of each frame. */
function partsOf(client: Client): (readonly [name: string, value: any])[] {
	const content = contentOf(latin1(client.received));
	const [delimiter] = /^--yc[0-9a-z]{12}\r\n/.exec(content)!;
	const parts = content.slice(delimiter.length).split(`\r\n${delimiter}`);
	assert.equal(parts.pop(), "", "each part has its delimiter at once");
	return parts.map((part) => {
		const end = part.indexOf("\r\n\r\n"),
			value = part.slice(end + 4);
		const fields = new Map(
			part
				.slice(0, end)
				.split("\r\n")
				.map((line) => line.split(": ") as [string, string]),
		);
		assert.equal(Number(fields.get("Content-Length")), value.length);
		const name = fields.get("X-Event");
		assert.equal(fields.get("Content-Type"), name === undefined ? "image/jpeg" : "application/json");
		return name === undefined ? ["frame", value.charCodeAt(value.length - 1)] : [name, JSON.parse(value)];
	});
}

function names(client: Client): string {
	return partsOf(client)
		.map(([name]) => name)
		.join(" ");
}

describe("the events in /api/stream", () => {
	it("come first, before there is a picture, and each second between the pictures", async () => {
		const { served, watch, capture } = open();
		const client = await watch();
		assert.match(client.text, /\r\nContent-Type: application\/octet-stream\r\n/);
		assert.equal(names(client), "state controls");
		const [[, state], [, controls]] = partsOf(client);
		assert.deepInclude(state, { sensor: "OV2640" });
		assert.lengthOf(state.viewers, 1);
		assert.deepInclude(controls, { frameSize: "QVGA", mirror: false });
		await capture();
		await capture();
		advance(1_000);
		await served.network.settle();
		await capture();
		assert.equal(names(client), "state controls frame frame state frame");
	});

	it("come each second while the camera gives no pictures", async () => {
		const { served, watch } = open();
		const client = await watch();
		for (let i = 0; i < 40; i++) {
			advance(1_000);
			await served.network.settle();
		}
		assert.equal(names(client), `state controls${" state".repeat(40)}`);
		assert.isFalse(client.closed);
	});

	it("come without pictures on request, and let the camera rest", async () => {
		const { app, driver, served, watch, capture } = open();
		const client = await watch("/api/stream?events=only");
		await capture();
		await app.controls.apply({ mirror: true });
		await served.network.settle();
		assert.equal(names(client), "state controls controls");
		assert.isFalse(driver.running);
		assert.lengthOf(app.stream.viewers, 0);
	});

	it("tell each viewer what one has changed, beside those of /api/events", async () => {
		const { app, served, watch } = open();
		const clients = [await watch(), await watch("/api/stream?events=only"), await watch()];
		const program = await watch("/api/events");
		await app.controls.apply({ mirror: true });
		await served.network.settle();
		for (const client of clients) assert.deepInclude(partsOf(client).at(-1)![1], { mirror: true });
		assert.include(program.text, `"mirror":true`);
	});

	it("do not appear in a stream that did not ask for them", async () => {
		const { app, served, watch, capture } = open();
		const plain = await watch("/api/stream");
		await watch();
		await capture();
		await app.controls.apply({ mirror: true });
		advance(1_000);
		await served.network.settle();
		assert.equal(names(plain), "frame");
	});

	it("have no queue for a client that does not read: it gets the latest of each, and the newest picture", async () => {
		const { app, driver, served, watch, capture } = open();
		driver.frameLength = 4_000;
		const client = await watch();
		client.pause();
		for (let quality = 10; quality < 60; quality++) {
			await app.controls.apply({ quality });
			await capture();
			// Fifteen seconds in all: after twenty the server ends a connection that takes nothing.
			advance(300);
		}
		assert.isAtMost(driver.lent, 2);
		client.resume();
		await served.network.settle();
		const parts = partsOf(client);
		const qualities = parts.filter(([name]) => name === "controls").map(([, { quality }]) => quality as number);
		assert.equal(qualities.at(-1), 59);
		assert.deepEqual(parts.filter(([name]) => name === "frame").at(-1), ["frame", 50]);
		assert.isBelow(parts.length, 15, "what its socket had room for, and the last of each kind");
	});

	it("do not keep a picture that the client has received", async () => {
		const { app, driver, served, watch, capture } = open();
		driver.frameLength = 11_000;
		const client = await watch();
		client.pause();
		await capture();
		await app.controls.apply({ mirror: true });
		advance(1_000);
		await served.network.settle();
		// The socket takes the rest of the picture, and of the events only the beginning.
		client.acknowledge();
		assert.notInclude(latin1(client.received), `"uptime":0.04`);
		await capture();
		assert.equal(driver.copies, 0);
		assert.equal(driver.lent, 1, "the newest");
	});

	it("end with their client, and the timer with the last of them", async () => {
		const { app, driver, served, watch, capture } = open();
		const idle = pendingTimers();
		const clients = [await watch(), await watch("/api/stream?events=only")];
		await capture();
		for (const client of clients) client.finish();
		await served.network.settle();
		assert.equal(pendingTimers(), idle);
		assert.lengthOf(app.stream.viewers, 0);
		assert.isFalse(driver.running);
		assert.equal(driver.lent, 0);
	});

	it("are not kept for a viewer that is still receiving a picture if memory is short", async () => {
		const machine = new FakeMachine();
		const { driver, served, watch, capture } = open({ machine });
		driver.frameLength = 20_000;
		const slow = await watch();
		slow.pause();
		await capture();
		machine.bytes = 0;
		advance(1_000);
		await served.network.settle();
		assert.isTrue(slow.closed);
		assert.equal(driver.lent, 0);
	});

	it("answer HEAD, and leave nothing behind", async () => {
		const { app, served } = open();
		const idle = pendingTimers();
		assert.match(await served.ask(head("HEAD /api/stream?events HTTP/1.1", "Connection: close")), /^HTTP\/1.1 200/);
		assert.equal(pendingTimers(), idle);
		assert.lengthOf(app.stream.viewers, 0);
	});
});

describe("/api/state", () => {
	it("has the values of the controls on request", async () => {
		const { served } = open();
		const ask = async (path: string) =>
			JSON.parse(contentOf(await served.ask(head(`GET ${path} HTTP/1.1`)))) as Record<string, unknown>;
		assert.notProperty(await ask("/api/state"), "controls");
		const { sensor, controls } = await ask("/api/state?controls");
		assert.equal(sensor, "OV2640");
		assert.deepInclude(controls, { frameSize: "QVGA", mirror: false });
	});
});
