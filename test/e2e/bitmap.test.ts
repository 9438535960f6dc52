import { assert } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ffmpegProgram } from "../support/ffmpeg.ts";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { Pixels } from "../support/pixels.ts";
import { Simulator, timeLimit } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { run } from "../support/tools-run.ts";

describe("CameraWebServer's /bmp", function () {
	this.timeout(timeLimit(30_000));
	const { path } = temporaryFolder();
	let simulator: Simulator;

	before(async () => {
		simulator = await Simulator.start();
	});

	after(async () => {
		await simulator.stop();
	});

	async function change(changes: Readonly<Record<string, unknown>>): Promise<void> {
		const { status } = await fetch(`${simulator.url}/api/camera`, {
			method: "PATCH",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify(changes),
		});
		assert.equal(status, 200);
	}

	async function bytes(address: string): Promise<Buffer> {
		const response = await fetch(simulator.url + address);
		assert.equal(response.status, 200);
		return Buffer.from(await response.arrayBuffer());
	}

	it("has the pixels that ffmpeg finds in the JPEG of the same picture", async function () {
		const ffmpeg = ffmpegProgram(this);
		await change({ colorBar: true });
		// The bars stand still, and the card does not.
		let jpeg = await bytes("/capture");
		for (let before; !before?.equals(jpeg); jpeg = await bytes("/capture")) before = jpeg;
		const bitmap = Pixels.ofBitmap(await bytes("/bmp"));
		const file = join(path, "capture.jpg");
		writeFileSync(file, jpeg);
		const { code, stdout, stderr } = await run(
			ffmpeg,
			"-nostdin",
			"-hide_banner",
			"-loglevel",
			"error",
			"-i",
			file,
			"-f",
			"rawvideo",
			"-pix_fmt",
			"bgr24",
			"-",
		);
		assert.equal(stderr, "");
		assert.equal(code, 0);
		assert.equal(stdout.length, 3 * 320 * 240);
		assert.deepEqual([bitmap.width, bitmap.height], [320, 240]);
		assert.isBelow(bitmap.difference(Pixels.ofBgr(320, 240, stdout)), 2);
		for (const [bar, expected] of [
			[255, 255, 255],
			[255, 255, 0],
			[0, 255, 255],
			[0, 255, 0],
			[255, 0, 255],
			[255, 0, 0],
			[0, 0, 255],
			[0, 0, 0],
		].entries()) {
			for (const [channel, level] of bitmap.color(40 * bar + 8, 0, 24, 240).entries())
				assert.approximately(level, expected[channel], 6, `bar ${bar}`);
		}
		await change({ colorBar: false });
	});

	it("is made while everything else goes on", async () => {
		await change({ frameSize: "UXGA", quality: 30 });
		const viewer = new MjpegClient(simulator.url);
		await viewer.until(2);
		const frames = viewer.frames;
		let made: Pixels | undefined;
		const making = bytes("/bmp").then((bitmap) => (made = Pixels.ofBitmap(bitmap)));
		let answers = 0;
		while (!made) {
			await Promise.race([bytes("/status"), making]);
			answers++;
		}
		assert.isAtLeast(answers, 10);
		assert.isAtLeast(viewer.frames, frames + 3);
		assert.isUndefined(viewer.fault);
		assert.deepEqual([made.width, made.height], [1600, 1200]);
		viewer.close();
	});
});
