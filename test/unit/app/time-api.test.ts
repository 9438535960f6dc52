import { assert } from "chai";
import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import { Clock } from "yieldcam/time/clock";
import { FakeOv2640 } from "../support/fake-ov2640.ts";
import { latin1 } from "../support/latin1.ts";
import { contentOf, head, type Served, serve } from "../support/serve.ts";

/** Seconds since 1970: 2027-01-15T08:00:00Z. */
const NOW = 1_800_000_000;

interface Device {
	readonly served: Served;
	readonly clock: Clock;
	readonly camera: FakeOv2640;
	/** Times that programs were given, in microseconds. */
	readonly set: number[];
}

function device(): Device {
	const set: number[] = [],
		clock = new Clock((time) => set.push(time)),
		served = serve(new App(new Camera({ io: FakeOv2640, clock })));
	return { served, clock, camera: FakeOv2640.last, set };
}

async function put({ served }: Device, content: string): Promise<string> {
	return served.ask(
		head("PUT /api/time HTTP/1.1", "Content-Type: application/json", `Content-Length: ${content.length}`) + content,
	);
}

async function capture({ served, camera }: Device): Promise<string> {
	const client = served.connect().send(head("GET /capture HTTP/1.1"));
	await served.network.settle();
	camera.capture(4_500_000);
	await served.network.settle();
	return latin1(client.received);
}

describe("the time from an admin's browser", () => {
	it("is in the state, in X-Timestamp and in the picture", async () => {
		const one = device();
		one.camera.now = 3_000_000;
		const answer = JSON.parse(contentOf(await put(one, `{"time":${NOW}.25}`)));
		assert.deepEqual(answer, { time: NOW + 0.25, timeSource: "admin" });
		assert.deepEqual(one.set, [(NOW + 0.25) * 1e6]);
		one.camera.now = 4_000_000;
		const state = JSON.parse(contentOf(await one.served.ask(head("GET /api/state HTTP/1.1"))));
		assert.deepInclude(state, { time: NOW + 1.25, timeSource: "admin", uptime: 4 });
		const picture = await capture(one);
		assert.include(picture, `X-Timestamp: ${NOW + 1}.750000\r\n`);
		assert.include(picture, "2027:01:15 08:00:01\0+00:00\0");
		assert.include(picture, "\0\x04750\0");
	});

	it("is not claimed before it is known", async () => {
		const one = device(),
			state = JSON.parse(contentOf(await one.served.ask(head("GET /api/state HTTP/1.1"))));
		assert.notProperty(state, "time");
		assert.notProperty(state, "timeSource");
		const picture = await capture(one);
		assert.include(picture, "X-Timestamp: 4.500000\r\n");
		assert.notInclude(picture, "Exif");
	});

	it("does not replace that of the network", async () => {
		const one = device();
		one.clock.set(NOW * 1e6, 0, "network");
		assert.match(await put(one, `{"time":${NOW + 100}}`), /^HTTP\/1.1 409 /);
		assert.equal(one.clock.offset, NOW * 1e6);
	});

	for (const content of [
		"{}",
		"[]",
		"null",
		"7",
		'{"time":"now"}',
		'{"time":null}',
		'{"time":0}',
		`{"time":${NOW}000}`,
		'{"time":1767225599}',
		'{"time":4102444800}',
		`{"time":${NOW},"zone":1}`,
	])
		it(`is not ${content}`, async () => {
			const one = device();
			assert.match(await put(one, content), /^HTTP\/1.1 422 /);
			assert.isUndefined(one.clock.source);
		});
});
