import { assert } from "chai";
import { decode, ffmpegProgram } from "../support/ffmpeg.ts";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { Pixels } from "../support/pixels.ts";
import { Simulator } from "../support/simulator.ts";
import { decodeJpeg } from "../support/tools-jpeg.ts";

describe("the example live-graph", function () {
	this.timeout(60_000);
	let simulator: Simulator;

	before(async () => {
		simulator = await Simulator.start(["examples/live-graph"]);
	});

	after(() => simulator?.stop());

	it("is decoded by ffmpeg without an error", async function () {
		const { size, hashes } = await decode(ffmpegProgram(this), 3, "-f", "mpjpeg", "-i", `${simulator.url}/stream`);
		assert.equal(size, "320x240");
		assert.lengthOf(hashes, 3);
	});

	it("shows all viewers a chart that is redrawn each second, the newest at once", async () => {
		const first = new MjpegClient(simulator.url);
		await first.until(3);
		const later = new MjpegClient(simulator.url);
		await later.until(1);
		await Promise.all([first.until(first.frames + 1), later.until(2)]);
		assert.isUndefined(first.fault);
		assert.isUndefined(later.fault);
		assert.isTrue(first.last!.equals(later.last!), "the same picture");
		const picture = await Pixels.of(first.last!);
		assert.deepEqual([picture.width, picture.height], [320, 240]);
		// White paper, with lines on it.
		assert.isAbove(picture.brightness, 220);
		assert.isAbove(picture.contrast, 100);
		const [before, after] = first.timestamps.slice(-2);
		assert.approximately(after - before, 1, 0.4, "by the parts' own clock");
		first.close();
		later.close();
	});

	// pymjpeg serves one viewer at a time, and draws a separate chart for each.
	it("shows the very same charts to five viewers at once, one of which does not read", async () => {
		const stalled = new MjpegClient(simulator.url, { read: false });
		const viewers = Array.from({ length: 5 }, () => {
			const client = new MjpegClient(simulator.url);
			/** The charts by the time at which they were made. */
			const seen = new Map<number, Buffer>();
			client.onFrame = (jpeg) => seen.set(client.timestamps.at(-1)!, Buffer.from(jpeg));
			return { client, seen };
		});
		await Promise.all(viewers.map(({ client }) => client.until(3)));
		const charts = viewers.map(({ seen }) => seen);
		for (const { client } of viewers) {
			assert.isUndefined(client.fault);
			client.close();
		}
		stalled.close();
		const times = [...charts[0].keys()];
		const common = times.filter((time) => charts.every((seen) => seen.has(time)));
		assert.isAtLeast(common.length, 2, `of ${times.join(", ")}`);
		for (const time of common) {
			const [first, ...others] = charts.map((seen) => seen.get(time)!);
			assert.equal(await decodeJpeg(first), "320x240");
			for (const other of others) assert.isTrue(other.equals(first), "the same chart");
		}
		assert.isAbove(
			new Set(common.map((time) => charts[0].get(time)!.toString("latin1"))).size,
			1,
			"each second another",
		);
	});

	// pymjpeg's boundary begins with "--", so its delimiter begins with four hyphens, which clients that follow the
	// standard do not find.
	it("has a boundary that clients find by RFC 2046", async () => {
		const client = new MjpegClient(simulator.url);
		await client.until(1);
		client.close();
		const [, boundary] = /^Content-Type: multipart\/x-mixed-replace; ?boundary="?([^";\r]+)/im.exec(client.head)!;
		assert.notMatch(boundary, /^-/);
		assert.isAtLeast(boundary.length, 14);
	});
});
