import { assert } from "chai";
import { Camera } from "yieldcam/camera/camera";
import type { Frame } from "yieldcam/camera/frame";
import { Response } from "yieldcam/http/response";
import { mjpeg, type Picture } from "yieldcam/mjpeg/mjpeg";
import { FakeDriver } from "../support/fake-driver.ts";
import { latin1 } from "../support/latin1.ts";
import { contentOf, head, type Served, serve } from "../support/serve.ts";
import { plainBoundary } from "../support/plain-boundary.ts";

function jpeg(text: string): ArrayBuffer {
	return ArrayBuffer.fromString(text);
}

/** A route that streams what a generator yields. */
function streaming(generate: () => AsyncIterable<Picture>): Served {
	return serve(() => mjpeg(generate()));
}

/** The contents of the parts of a stream that has ended. */
function parts(text: string): string[] {
	return plainBoundary(contentOf(text))
		.split("--yieldcam-frame\r\n")
		.slice(1, -1)
		.map((part) => part.slice(part.indexOf("\r\n\r\n") + 4, -2));
}

describe("a stream from a generator", () => {
	it("is framed like the camera's, and ends when the generator does", async () => {
		const served = streaming(async function* () {
			yield jpeg("one");
			yield new Uint8Array(jpeg("<two>"), 1, 3);
		});
		const text = plainBoundary(await served.ask(head("GET /video_feed HTTP/1.1")));
		assert.match(text, /\r\nContent-Type: multipart\/x-mixed-replace;boundary=yieldcam-frame\r\n/);
		assert.match(text, /\r\nConnection: close\r\n/);
		assert.match(
			text,
			/--yieldcam-frame\r\nContent-Type: image\/jpeg\r\nContent-Length: 3\r\nX-Timestamp: \d+\.\d{6}\r\n\r\none\r\n--yieldcam-frame\r\n/,
		);
		assert.deepEqual(parts(text), ["one", "two"]);
	});

	it("asks for the next picture only once the one before was sent", async () => {
		let made = 0;
		const served = streaming(async function* () {
			for (;;) {
				made++;
				yield new ArrayBuffer(2_000);
			}
		});
		const viewer = served.connect().send(head("GET / HTTP/1.1"));
		viewer.pause();
		await served.network.settle();
		const before = made;
		assert.isBelow(before, 10);
		await served.network.settle();
		assert.equal(made, before);
		viewer.finish();
	});

	it("has a generator for each viewer, and closes it when the viewer disconnects", async () => {
		let begun = 0,
			ended = 0;
		const camera = new Camera({ io: FakeDriver });
		const served = streaming(async function* (): AsyncGenerator<Frame> {
			begun++;
			try {
				for await (const frame of camera.frames()) yield frame;
			} finally {
				ended++;
			}
		});
		const viewers = [served.connect(), served.connect()];
		for (const viewer of viewers) viewer.send(head("GET / HTTP/1.1"));
		await served.network.settle();
		const driver = FakeDriver.last;
		for (let i = 1; i <= 3; i++) {
			driver.capture(i * 1_000);
			await served.network.settle();
		}
		assert.equal(begun, 2);
		for (const viewer of viewers) {
			assert.include(latin1(viewer.received), "X-Timestamp: 0.003000");
			viewer.finish();
		}
		await served.network.settle();
		// A generator that waits for a frame is closed with the next one.
		driver.capture(4_000);
		await served.network.settle();
		assert.equal(ended, 2);
		assert.equal(driver.lent, 0);
		assert.deepEqual(served.log, []);
	});

	it("is closed when its viewer has disconnected and the sensor gives no frames", async () => {
		let ended = 0;
		const camera = new Camera({ io: FakeDriver });
		const served = streaming(async function* (): AsyncGenerator<Frame> {
			try {
				for await (const frame of camera.frames()) yield frame;
			} finally {
				ended++;
			}
		});
		const gone = served.connect().send(head("GET / HTTP/1.1"));
		await served.network.settle();
		gone.finish();
		await served.network.settle();
		assert.equal(ended, 0, "it waits for a frame");
		FakeDriver.last.options.onError("the camera gives no frames");
		await served.network.settle();
		assert.equal(ended, 1);
	});

	it("that fails ends the connection, and is logged", async () => {
		const served = streaming(async function* () {
			yield jpeg("one");
			throw new Error("out of paint");
		});
		const text = await served.ask(head("GET /feed HTTP/1.1"));
		assert.include(text, "one");
		assert.lengthOf(served.log, 1);
		assert.match(served.log[0], /^GET \/feed: Error: out of paint/);
	});

	it("that is never sent is closed too", async () => {
		let closed = false;
		const served = streaming(() => ({
			[Symbol.asyncIterator]: () => ({
				next: () => Promise.reject(new Error("nobody asked")),
				return: () => {
					closed = true;
					return Promise.resolve({ done: true, value: undefined });
				},
			}),
		}));
		assert.notInclude(await served.ask(head("HEAD / HTTP/1.1")), "nobody");
		assert.isTrue(closed);
		assert.instanceOf(mjpeg((async function* () {})()), Response);
	});
});
