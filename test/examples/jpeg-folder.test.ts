import { assert } from "chai";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { launchChromium } from "../support/chromium.ts";
import { drawJpeg, drawNoise } from "../support/draw-jpeg.ts";
import { decode, ffmpegProgram } from "../support/ffmpeg.ts";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { printed, programRunner } from "../support/program.ts";
import { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { watchImage } from "../support/watch-image.ts";

const COLORS = ["red", "lime", "blue", "white"];

/** A viewer that keeps what it receives. */
function keeping(url: string): { viewer: MjpegClient; jpegs: Buffer[] } {
	const viewer = new MjpegClient(url);
	const jpegs: Buffer[] = [];
	viewer.onFrame = (jpeg) => jpegs.push(Buffer.from(jpeg));
	return { viewer, jpegs };
}

/** The bytes that the process has read so far, from files and the like, and the number of calls. */
function reading(simulator: Simulator): { bytes: number; calls: number } {
	const io = readFileSync(`/proc/${simulator.process.pid}/io`, "utf8");
	const value = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, "m").exec(io)![1]);
	return { bytes: value("rchar"), calls: value("syscr") };
}

describe("the example jpeg-folder", function () {
	this.timeout(60_000);
	const { path } = temporaryFolder();
	const pictures = COLORS.map((color) => drawJpeg(160, 120, color));
	const name = (jpeg: Buffer) => COLORS[pictures.findIndex((picture) => picture.equals(jpeg))] ?? "unknown";
	let simulator: Simulator;

	before(async () => {
		// In the order in which a person counts, which differs from the order of the names' bytes.
		for (const [i, file] of ["frame-8.jpg", "frame-9.JPEG", "frame-10.jpg"].entries())
			writeFileSync(join(path, file), pictures[i]);
		writeFileSync(join(path, "frame-8.txt"), "no picture");
		simulator = await Simulator.start(["examples/jpeg-folder", "--files", path]);
	});

	after(() => simulator?.stop());

	it("is a page with a moving picture", async function () {
		const browser = await launchChromium(this);
		try {
			const page = await browser.newPage();
			await page.goto(simulator.url, { waitUntil: "domcontentloaded" });
			assert.equal(await page.locator("h1").innerText(), "The pictures of a folder");
			assert.equal(await watchImage(page, 3), "160x120");
		} finally {
			await browser.close();
		}
	});

	it("streams the files in order, unchanged, and nothing that may be cached", async () => {
		const { viewer, jpegs } = keeping(simulator.url);
		await viewer.until(7);
		viewer.close();
		assert.match(
			viewer.head,
			/^HTTP\/1\.1 200 .*\r\nContent-Type: multipart\/x-mixed-replace;boundary=[^-].*\r\nCache-Control: no-store, no-cache, must-revalidate, max-age=0, no-transform\r\nPragma: no-cache\r\nExpires: 0\r\n/s,
		);
		const names = jpegs.map(name);
		const first = COLORS.indexOf(names[0]);
		assert.deepEqual(
			names,
			Array.from({ length: 7 }, (_, i) => COLORS[(first + i) % 3]),
		);
		for (const [i, time] of viewer.timestamps.slice(1).entries()) assert.isAbove(time, viewer.timestamps[i]);
	});

	it("is decoded by ffmpeg without errors, in order", async function () {
		const ffmpeg = ffmpegProgram(this);
		const { size, hashes } = await decode(ffmpeg, 6, "-f", "mpjpeg", "-i", `${simulator.url}/stream`);
		assert.equal(size, "160x120");
		assert.equal(new Set(hashes).size, 3);
		assert.deepEqual(hashes.slice(3), hashes.slice(0, 3));
	});

	it("picks up a new file and a changed one, and skips a deleted one", async () => {
		const { viewer, jpegs } = keeping(simulator.url);
		await viewer.until(2);
		writeFileSync(join(path, "new.part"), pictures[3]);
		renameSync(join(path, "new.part"), join(path, "frame-11.jpg"));
		rmSync(join(path, "frame-9.JPEG"));
		const round = ["red", "blue", "white"];
		while (!jpegs.slice(-6).map(name).join().includes(round.join())) await viewer.until(viewer.frames + 1);
		writeFileSync(join(path, "new.part"), pictures[1]);
		renameSync(join(path, "new.part"), join(path, "frame-11.jpg"));
		while (!jpegs.slice(-6).map(name).join().includes("red,blue,lime")) await viewer.until(viewer.frames + 1);
		viewer.close();
		assert.isUndefined(viewer.fault);
	});

	it("skips files that are not a JPEG, with exactly one line until they change", async () => {
		const before = simulator.output.length;
		const lines = () => simulator.output.slice(before).split("\n").slice(0, -1);
		writeFileSync(join(path, "frame-12.jpg"), "GIF89a");
		writeFileSync(join(path, "frame-13.jpg"), pictures[0].subarray(0, -2));
		const { viewer, jpegs } = keeping(simulator.url);
		await simulator.until(() => lines().length >= 2, "it reports them");
		await viewer.until(viewer.frames + 20);
		const expected = [
			"frame-12.jpg is not a complete JPEG: it does not begin with FF D8",
			"frame-13.jpg is not a complete JPEG: it is cut short: no end of image (EOI)",
		];
		assert.deepEqual(lines(), expected);
		writeFileSync(join(path, "new.part"), "GIF87a, and longer");
		renameSync(join(path, "new.part"), join(path, "frame-12.jpg"));
		await simulator.until(() => lines().length >= 3, "it reports the change");
		await viewer.until(viewer.frames + 20);
		viewer.close();
		assert.deepEqual(lines(), [...expected, expected[0]]);
		assert.notInclude(jpegs.map(name), "unknown");
	});

	it("reads nothing without viewers, and leaves nothing behind", async () => {
		for (let i = 0; (await simulator.report()).sockets > 0; i += 1) {
			assert.isBelow(i, 200, "still there");
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
		// The signal that requests the report is read, too: some bytes, and no file.
		const before = reading(simulator);
		await simulator.report();
		assert.isBelow(reading(simulator).bytes - before.bytes, pictures[0].length);
	});
});

describe("the example jpeg-folder, with pictures of 300 kB and the board's memory", function () {
	this.timeout(60_000);
	const { path } = temporaryFolder();
	const pictures = [1, 2, 3].map((seed) => drawNoise(800, 600, seed));
	const largest = Math.max(...pictures.map((picture) => picture.length));
	const run = programRunner();

	before(() => {
		for (const [i, picture] of pictures.entries()) writeFileSync(join(path, `${i}.jpg`), picture);
		assert.isAbove(largest, 300_000);
	});

	// pymjpeg serves one viewer at a time, and reads each byte with a separate call, again for each viewer.
	it("serves five viewers the same pictures, and reads each once, in blocks", async () => {
		const simulator = await Simulator.start(["examples/jpeg-folder", "--files", path]);
		try {
			const before = reading(simulator);
			const viewers = [1, 2, 3, 4, 5].map(() => keeping(simulator.url));
			await Promise.all(viewers.map(({ viewer }) => viewer.until(10)));
			const { bytes, calls } = reading(simulator);
			const shown = Math.max(...viewers.map(({ viewer }) => viewer.frames));
			for (const { viewer, jpegs } of viewers) {
				viewer.close();
				assert.isUndefined(viewer.fault);
				for (const jpeg of jpegs) assert.isTrue(pictures.some((picture) => picture.equals(jpeg)));
			}
			// Slow viewers have skipped some, so more may have been read than any one has seen.
			const watched = viewers.reduce((sum, { viewer }) => sum + viewer.frames, 0);
			assert.isBelow(bytes - before.bytes, Math.max(2 * shown, watched / 2) * largest);
			assert.isBelow(calls - before.calls, (bytes - before.bytes) / 1_000);
		} finally {
			await simulator.stop();
		}
	});

	it("plays hundreds of them in the memory of a few", async () => {
		// Like the example, and ten times as fast; there is room for only three pictures and a bit.
		const simulator = await run(
			`
			import device from "yieldcam/device";
			import { Router } from "yieldcam/http/router";
			import { MjpegStream } from "yieldcam/mjpeg/stream";
			import { PictureFolder } from "yieldcam/pictures/picture-folder";
			device.serve(() => {
				const folder = new PictureFolder(device.files, { rate: 100, log: line => device.log("log " + line) });
				const stream = new MjpegStream(folder);
				return new Router().get("/stream", () => stream.respond());
			});
		`,
			{ host: ["--psram", String(Math.floor(3.2 * largest))] },
			"examples/jpeg-folder",
			"--files",
			path,
		);
		await printed(simulator, "yieldcam is at ");
		const viewer = new MjpegClient(simulator.url);
		await viewer.until(20);
		const early = await simulator.report();
		await viewer.until(220);
		const late = await simulator.report();
		viewer.close();
		assert.isUndefined(viewer.fault);
		assert.notInclude(simulator.output, "log ");
		assert.isBelow(late.slots, early.slots + 100);
		assert.isBelow(late.chunks, early.chunks + 2_000);
		assert.isBelow(late.slots, late.slotLimit / 2);
		assert.isBelow(late.chunks, late.chunkLimit / 2);
	});
});

describe("the example jpeg-folder without a folder", () => {
	it("reports what it expects", async () => {
		const simulator = await Simulator.spawn(["examples/jpeg-folder"]);
		assert.equal(await simulator.exit, 1);
		assert.match(
			simulator.errors,
			/^yieldcam-sim: Error: there is no folder to play: use a board with .* SD card, or the simulator on Linux with --files DIR/,
		);
	});
});
