import { assert } from "chai";
import { Frame } from "yieldcam/camera/frame";
import { MjpegStream } from "yieldcam/mjpeg/stream";
import { PictureSource } from "yieldcam/pictures/picture-source";
import { latin1 } from "../support/latin1.ts";
import { contentOf, head, serve } from "../support/serve.ts";
import { tinyJpeg as jpeg } from "../support/tiny-jpeg.ts";

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

describe("a source of pictures", () => {
	it("shows the newest at once to who begins to watch, then each as it is written", () => {
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

	it("knows size and time of its pictures", () => {
		const source = new PictureSource();
		source.write(jpeg(640), 5_000_001);
		assert.deepInclude(source.newest, { width: 640, height: 16, timestamp: 5_000_001, byteLength: 28 });
	});

	it("takes a part of a larger buffer", () => {
		const source = new PictureSource();
		const whole = new Uint8Array(100);
		whole.set(jpeg(64), 10);
		source.write(whole.subarray(10, 38));
		assert.equal(source.newest!.byteLength, 28);
		assert.deepEqual([...new Uint8Array(source.newest!.buffer)], [...jpeg(64)]);
	});

	for (const [what, bytes, message] of [
		["another file", new Uint8Array([0x89, 0x50]), "no whole JPEG: it does not begin with FF D8"],
		["a JPEG cut short", jpeg(64).subarray(0, 26), "no whole JPEG: it is cut short"],
		["nothing", new ArrayBuffer(0), "no whole JPEG: it does not begin with FF D8"],
	] as const) {
		it(`refuses ${what}, and goes on with what it had`, () => {
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
			assert.match(contentOf(latin1(viewer.received)), /^--yieldcam-frame\r\n.*\r\nContent-Length: 28\r\nX-Timestamp: 1\.000000\r\n/);
		source.write(jpeg(64), 2_000_000);
		source.close();
		await served.network.settle();
		assert.equal(source.watchers, 0);
		assert.equal(served.server.connectionCount, 0);
		assert.throws(() => source.write(jpeg(64)), "closed");
	});

	it("releases a frame that it was given when there is another, and when it is to forget it", () => {
		const source = new PictureSource();
		const closed: number[] = [];
		for (const width of [1, 2, 3])
			source.show(new Frame({ byteLength: 28, width, height: 1, timestamp: 0, close: () => void closed.push(width), detach: () => true }, new ArrayBuffer(28)));
		assert.deepEqual(closed, [1, 2]);
		source.forget();
		assert.deepEqual(closed, [1, 2, 3]);
		assert.isUndefined(source.newest);
		assert.deepEqual(watch(source).widths, []);
		source.close();
		assert.throws(() => source.show(new Frame({ byteLength: 0, width: 0, height: 0, timestamp: 0, close() {}, detach: () => true })), "closed");
	});

	it("lends its pictures to a loop", async () => {
		const source = new PictureSource();
		source.write(jpeg(10));
		const widths = [];
		for await (const { width } of source.frames()) {
			widths.push(width);
			if (width === 30)
				source.close();
			else
				source.write(jpeg(width + 10));
		}
		assert.deepEqual(widths, [10, 20, 30]);
	});
});
