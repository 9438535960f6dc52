import { assert } from "chai";
import { decode, ffmpegProgram } from "../support/ffmpeg.ts";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { Pixels } from "../support/pixels.ts";
import { Simulator } from "../support/simulator.ts";

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

	it("shows a chart that is redrawn each second to all who watch, the newest at once", async () => {
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
		assert.approximately(after! - before!, 1, 0.4, "by the parts' own clock");
		first.close();
		later.close();
	});
});
