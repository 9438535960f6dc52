import { assert } from "chai";
import { Frame } from "yieldcam/camera/frame";
import { mjpeg } from "yieldcam/mjpeg/mjpeg";
import { MjpegStream } from "yieldcam/mjpeg/stream";
import { PictureSource } from "yieldcam/pictures/picture-source";
import { latin1 } from "../../support/latin1.ts";
import type { Client } from "../../support/memory-io.ts";
import { contentOf, head, type Served, serve } from "../../support/serve.ts";
import { advance, pendingTimers, resetClock } from "../../support/time.ts";
import { tinyJpeg as jpeg } from "../../support/tiny-jpeg.ts";
import { plainBoundary } from "../../support/plain-boundary.ts";

function watch(source: PictureSource): { widths: number[]; ends: number; leave(): void } {
	const seen = {
		widths: [] as number[],
		ends: 0,
		onFrame: ({ width }: Frame) => void seen.widths.push(width),
		onEnd: () => void seen.ends++,
		leave: () => source.unwatch(seen),
	};
	source.watch(seen);
	return seen;
}

/** More than a socket accepts at once. */
function large(): Uint8Array {
	return jpeg(64, 20_000);
}

describe("a source of pictures", () => {
	it("shows the newest at once to a new viewer, then each one as it is written", () => {
		const source = new PictureSource();
		const early = watch(source);
		source.write(jpeg(100));
		source.write(jpeg(200));
		const late = watch(source);
		source.write(jpeg(300));
		assert.deepEqual(early.widths, [100, 200, 300]);
		assert.deepEqual(late.widths, [200, 300]);
		assert.equal(source.watchers, 2);
		late.leave();
		source.write(jpeg(400));
		assert.deepEqual(late.widths, [200, 300]);
		assert.equal(source.watchers, 1);
		assert.equal(source.written, 4);
	});

	it("knows the size and time of its pictures", () => {
		const source = new PictureSource();
		source.write(jpeg(640), 5_000_001);
		assert.deepInclude(source.newest, { width: 640, height: 16, timestamp: 5_000_001, byteLength: 28 });
	});

	it("accepts a part of a larger buffer", () => {
		const source = new PictureSource();
		const whole = new Uint8Array(100);
		whole.set(jpeg(64), 10);
		source.write(whole.subarray(10, 38));
		assert.equal(source.newest!.byteLength, 28);
		assert.deepEqual([...new Uint8Array(source.newest!.buffer)], [...jpeg(64)]);
	});

	for (const [what, bytes, message] of [
		["another file", new Uint8Array([0x89, 0x50]), "not a complete JPEG: it does not begin with FF D8"],
		["a JPEG cut short", jpeg(64).subarray(0, 26), "not a complete JPEG: it is cut short"],
		["nothing", new ArrayBuffer(0), "not a complete JPEG: it is empty"],
	] as const) {
		it(`rejects ${what}, and keeps its last picture`, () => {
			const source = new PictureSource();
			source.write(jpeg(64));
			assert.throws(() => source.write(bytes), RangeError, message);
			assert.equal(source.newest!.width, 64);
		});
	}

	it("streams the newest to any number of viewers, and ends their streams when it is closed", async () => {
		const source = new PictureSource();
		const stream = new MjpegStream(source);
		const served = serve(() => stream.respond());
		source.write(jpeg(64), 1_000_000);
		const viewers = [1, 2, 3].map(() => served.connect().send(head("GET /stream HTTP/1.1")));
		await served.network.settle();
		for (const viewer of viewers)
			assert.match(
				plainBoundary(contentOf(latin1(viewer.received))),
				/^--yieldcam-frame\r\n.*\r\nContent-Length: 28\r\nX-Timestamp: 1\.000000\r\n/,
			);
		source.write(jpeg(64), 2_000_000);
		source.close();
		await served.network.settle();
		assert.equal(source.watchers, 0);
		assert.equal(served.server.connectionCount, 0);
		assert.throws(() => source.write(jpeg(64)), "closed");
	});

	it("releases a frame when there is another, and when it is cleared", () => {
		const source = new PictureSource();
		const closed: number[] = [];
		for (const width of [1, 2, 3])
			source.show(
				new Frame(
					{
						byteLength: 28,
						width,
						height: 1,
						timestamp: 0,
						close: () => void closed.push(width),
						detach: () => true,
					},
					new ArrayBuffer(28),
				),
			);
		assert.deepEqual(closed, [1, 2]);
		source.forget();
		assert.deepEqual(closed, [1, 2, 3]);
		assert.isUndefined(source.newest);
		assert.deepEqual(watch(source).widths, []);
		source.close();
		assert.throws(
			() =>
				source.show(
					new Frame({ byteLength: 0, width: 0, height: 0, timestamp: 0, close() {}, detach: () => true }),
				),
			"closed",
		);
	});

	it("lends its pictures to a loop", async () => {
		const source = new PictureSource();
		source.write(jpeg(10));
		const widths = [];
		for await (const { width } of source.frames()) {
			widths.push(width);
			if (width === 30) source.close();
			else source.write(jpeg(width + 10));
		}
		assert.deepEqual(widths, [10, 20, 30]);
	});

	describe("that stands still", () => {
		const leave = {
			closed: (viewer: Client) => viewer.finish(),
			"was reset": (viewer: Client) => {
				viewer.reset();
				viewer.finish();
			},
		};

		for (const [how, go] of Object.entries(leave)) {
			it(`releases a viewer at once whose connection ${how}, whether or not it has read the picture`, async () => {
				const source = new PictureSource();
				const stream = new MjpegStream(source);
				const served = serve(() => stream.respond());
				source.write(large());
				const viewers = [served.connect(), served.connect().pause()];
				for (const viewer of viewers) viewer.send(head("GET /stream HTTP/1.1"));
				await served.network.settle();
				assert.equal(stream.viewers.length, 2);
				for (const viewer of viewers) go(viewer);
				await served.network.settle();
				assert.equal(stream.viewers.length, 0);
				assert.equal(served.server.connectionCount, 0);
			});
		}

		it("releases a viewer that is connected and reads nothing when its timeout is over", async () => {
			const source = new PictureSource();
			const stream = new MjpegStream(source);
			const served = serve(() => stream.respond(), { limits: { writeTimeout: 3_000 } });
			source.write(large());
			served.connect().pause().send(head("GET /stream HTTP/1.1"));
			await served.network.settle();
			advance(5_000);
			assert.equal(stream.viewers.length, 0);
		});

		/** A route whose generators read the source, and the number of open generators. */
		function generating(
			source: PictureSource,
			served: (count: () => number, at: Served) => Promise<void>,
		): Promise<void> {
			let running = 0;
			async function* pictures() {
				running++;
				try {
					for await (const picture of source.frames()) yield picture;
				} finally {
					running--;
				}
			}
			return served(
				() => running,
				serve(() => mjpeg(pictures())),
			);
		}

		// A generator that waits at an `await` cannot be ended: `return()` waits until that has settled (ECMA-262,
		// 27.6.3.9).
		it("ends the generators whose viewers have disconnected, within twenty seconds", () => {
			const source = new PictureSource();
			source.write(jpeg(64));
			return generating(source, async (running, { connect, network, log }) => {
				for (let i = 0; i < 10; i++) {
					const viewer = connect().send(head("GET /stream HTTP/1.1"));
					await network.settle();
					viewer.finish();
				}
				advance(20_000);
				await network.settle();
				assert.equal(running(), 0);
				assert.equal(source.watchers, 0);
				assert.deepEqual(log, []);
			});
		});

		it("sends its picture once more to a generator's viewer, to find out whether it is still connected", () => {
			const source = new PictureSource();
			source.write(large(), 1_000_000);
			return generating(source, async (running, { connect, network, server }) => {
				const viewer = connect().send(head("GET /stream HTTP/1.1"));
				await network.settle();
				for (let i = 0; i < 4; i++) {
					advance(10_000);
					await network.settle();
				}
				assert.equal(latin1(viewer.takeBytes()).split("X-Timestamp: 1.000000").length - 1, 1 + 3);
				assert.equal(running(), 1);
				viewer.pause(); // gone without a FIN
				advance(20_000);
				await network.settle();
				advance(22_000); // the write timeout
				await network.settle();
				assert.equal(server.connectionCount, 0);
				advance(20_000);
				await network.settle();
				assert.equal(running(), 0);
			});
		});

		it("gives a loop that is not waiting its time", async () => {
			resetClock();
			const source = new PictureSource();
			source.write(jpeg(10));
			const frames = source.frames();
			await frames.next();
			for (const width of [20, 30]) {
				advance(8_000);
				source.write(jpeg(width));
			}
			advance(8_000);
			assert.equal((await frames.next()).value!.width, 30);
			await frames.return!();
			assert.equal(pendingTimers(), 0);
		});

		it("throws in a loop that waits for its first picture, after ten seconds or more", async () => {
			resetClock();
			const source = new PictureSource();
			let message = "";
			source
				.frames()
				.next()
				.catch((error: Error) => void (message = error.message));
			advance(20_000);
			for (let turn = 0; turn < 8; turn++) await undefined;
			assert.equal(message, "there is no picture yet");
			assert.equal(source.watchers, 0);
			assert.equal(pendingTimers(), 0);
		});
	});
});
