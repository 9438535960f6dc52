import { assert } from "chai";
import { App } from "yieldcam/app/app";
import type { Bitmap, BitmapConverter } from "yieldcam/camera/bitmap";
import { Camera } from "yieldcam/camera/camera";
import type { Client } from "../support/memory-io.ts";
import { FakeOv2640 } from "../support/fake-ov2640.ts";
import { frameNumber } from "../support/fake-driver.ts";
import { advance } from "../support/time.ts";
import { contentOf, Deferred, head, type Served, serve } from "../support/serve.ts";

/** Bitmaps of some bytes, each of which names its frame; a test finishes them. */
class Converter {
	readonly running: { readonly frame: number; readonly done: Deferred<Bitmap> }[] = [];
	/** Bitmaps that are not closed. */
	open = 0;

	readonly convert: BitmapConverter = (jpeg) => {
		const done = new Deferred<Bitmap>();
		this.running.push({ frame: frameNumber(jpeg), done });
		return done.promise;
	};

	finish(length = 3_000): void {
		const { frame, done } = this.running.shift()!;
		const bytes = ArrayBuffer.fromString(String(frame).padStart(length, "."));
		let open = true;
		this.open++;
		done.resolve(
			Object.assign(bytes, {
				close: () => {
					if (open) this.open--;
					open = false;
				},
			}),
		);
	}
}

const request = head("GET /bmp HTTP/1.1");

describe("CameraWebServer's /bmp", () => {
	let converter: Converter;
	let served: Served;

	beforeEach(() => {
		converter = new Converter();
		const { router } = new App(new Camera({ io: FakeOv2640 }), { bitmap: converter.convert });
		served = serve(router);
	});

	async function ask(): Promise<Client> {
		const client = served.connect().send(request);
		await served.network.settle();
		return client;
	}

	async function capture(timestamp?: number): Promise<void> {
		FakeOv2640.last.capture(timestamp);
		await served.network.settle();
	}

	async function finish(length?: number): Promise<void> {
		converter.finish(length);
		await served.network.settle();
	}

	it("is a fresh frame as a bitmap, with the fields that its clients know", async () => {
		const client = await ask();
		await capture(2_000_500);
		await finish();
		assert.match(client.text, /^HTTP\/1\.1 200 OK\r\n/);
		for (const field of [
			"Content-Type: image/x-windows-bmp",
			"Content-Disposition: inline; filename=capture.bmp",
			"X-Timestamp: 2.000500",
			"Access-Control-Allow-Origin: *",
			"Content-Length: 3000",
		])
			assert.include(client.text, `\r\n${field}\r\n`);
		assert.equal(contentOf(client.text), "1".padStart(3_000, "."));
		assert.equal(converter.open, 0);
	});

	it("releases the camera's buffer while it converts, and serves other clients", async () => {
		const client = await ask();
		await capture();
		assert.lengthOf(converter.running, 1);
		assert.equal(FakeOv2640.last.lent, 0);
		assert.match(await served.ask(head("GET /status HTTP/1.1")), /^HTTP\/1\.1 200 OK\r\n/);
		assert.equal(client.text, "");
		await finish();
		assert.match(client.text, /^HTTP\/1\.1 200 OK\r\n/);
	});

	it("is made for one client at a time: a second one waits, and gets a later frame", async () => {
		const clients = [await ask(), await ask(), await ask(), await ask()];
		for (const [index, client] of clients.entries()) {
			await capture();
			assert.lengthOf(converter.running, 1);
			assert.equal(client.text, "");
			await finish();
			assert.equal(contentOf(client.text), String(index + 1).padStart(3_000, "."));
			// The others are in the server's queue, which tries them now and then.
			advance(60);
			await served.network.settle();
		}
		assert.equal(converter.open, 0);
		assert.isFalse(FakeOv2640.last.running);
	});

	it("is made for another client before one that has the turn already", async () => {
		const [greedy, modest] = ["192.0.2.1", "192.0.2.2"];
		const from = async (address: string): Promise<Client> => {
			const client = served.network.connect(80, address).send(request);
			await served.network.settle();
			return client;
		};
		const first = await from(greedy),
			second = await from(greedy),
			other = await from(modest);
		assert.match(second.text, /^HTTP\/1\.1 503 /);
		const queued = [await from(greedy), await from("192.0.2.3")];
		assert.deepEqual(
			queued.map(({ text }) => text),
			["", ""],
		);
		advance(3_000);
		await served.network.settle();
		for (const { text } of queued)
			assert.match(text, /^HTTP\/1\.1 503 .*too many requests are waiting/s, "two seconds are over");
		for (const client of [first, other]) {
			await capture();
			await finish();
			assert.match(client.text, /^HTTP\/1\.1 200 /);
		}
		assert.equal(converter.open, 0);
	});

	it("is not made for clients that disconnected while they waited", async () => {
		const first = await ask(),
			second = await ask();
		await capture();
		second.finish();
		await served.network.settle();
		const third = await ask();
		await finish();
		await capture();
		await finish();
		assert.equal(contentOf(first.text), "1".padStart(3_000, "."));
		assert.equal(contentOf(third.text), "2".padStart(3_000, "."));
		assert.lengthOf(converter.running, 0);
		assert.equal(converter.open, 0);
	});

	it("is freed if the client disconnects while it is made or sent", async () => {
		for (const leavesBefore of [true, false]) {
			const client = await ask();
			await capture();
			if (!leavesBefore) {
				client.pause();
				await finish(100_000);
				assert.equal(converter.open, 1);
			}
			client.finish();
			await served.network.settle();
			if (leavesBefore) await finish(100_000);
			assert.equal(converter.open, 0);
		}
		assert.equal(served.network.open, 0);
	});

	it("reports why it could not be made, and tries again for the next client", async () => {
		const client = await ask(),
			next = await ask();
		await capture();
		converter.running.shift()!.done.reject(new Error("no memory for a bitmap"));
		await served.network.settle();
		assert.match(client.text, /^HTTP\/1\.1 503 Service Unavailable\r\n/);
		assert.equal(contentOf(client.text), "no memory for a bitmap\n");
		await capture();
		await finish();
		assert.match(next.text, /^HTTP\/1\.1 200 OK\r\n/);
	});

	it("waits for the memory of one that is being sent, and for no longer than three seconds", async () => {
		for (const taken of [true, false]) {
			const slow = served.network.connect().pause().send(request);
			await served.network.settle();
			await capture();
			await finish(20_000);
			assert.equal(converter.open, 1);
			const next = await ask();
			await capture();
			converter.running.shift()!.done.reject(new Error("no memory for a bitmap"));
			await served.network.settle();
			assert.equal(next.text, "");
			if (taken) {
				slow.resume();
				await served.network.settle();
				await capture();
				await finish();
				assert.match(next.text, /^HTTP\/1\.1 200 OK\r\n/);
			} else {
				advance(2_999);
				await served.network.settle();
				assert.equal(next.text, "");
				advance(1);
				await served.network.settle();
				assert.equal(contentOf(next.text), "no memory for a bitmap\n");
			}
		}
	});

	it("reports why there is no frame", async () => {
		const client = await ask();
		FakeOv2640.last.options.onError("the camera gives no frames");
		await served.network.settle();
		assert.match(client.text, /^HTTP\/1\.1 503 Service Unavailable\r\n/);
		assert.equal(contentOf(client.text), "the camera gives no frames\n");
		assert.lengthOf(converter.running, 0);
	});

	it("is not found on a host that cannot make it", async () => {
		const { router } = new App(new Camera({ io: FakeOv2640 }));
		const response = await serve(router).ask(request);
		assert.match(response, /^HTTP\/1\.1 501 Not Implemented\r\n/);
		assert.match(contentOf(response), /cannot convert/);
	});
});
