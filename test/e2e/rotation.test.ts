import { assert } from "chai";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { launchChromium } from "../support/chromium.ts";
import { decode, ffmpegProgram } from "../support/ffmpeg.ts";
import { until } from "../support/live-page.ts";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { Pixels } from "../support/pixels.ts";
import { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Where the pixel at x, y of the picture as it is shown comes from, for a camera of 320 by 240. */
const PLACES = {
	"90": (x: number, y: number): [number, number] => [y, 239 - x],
	"180": (x: number, y: number): [number, number] => [319 - x, 239 - y],
	"270": (x: number, y: number): [number, number] => [319 - y, x],
} as const;

describe("the rotation", function () {
	this.timeout(60_000);
	const { path } = temporaryFolder();
	const settings = join(path, "settings.json");
	let simulator: Simulator;

	beforeEach(async () => {
		simulator = await Simulator.start(["--settings", settings]);
	});

	afterEach(() => simulator.stop());

	async function rotate(rotation: string): Promise<void> {
		const { status } = await fetch(`${simulator.url}/api/camera`, {
			method: "PATCH",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ rotation }),
		});
		assert.equal(status, 200);
	}

	async function capture(query = ""): Promise<Buffer> {
		return Buffer.from(await (await fetch(`${simulator.url}/capture${query}`)).arrayBuffer());
	}

	it("is kept across restarts, exported and imported", async () => {
		await rotate("270");
		while (!statSync(settings, { throwIfNoEntry: false })) await pause(50);
		await simulator.stop();
		simulator = await Simulator.start(["--settings", settings]);
		const saved = (await (await fetch(`${simulator.url}/api/settings`)).json()) as { camera: unknown };
		assert.deepEqual(saved.camera, { rotation: "270" });
		await rotate("0");
		const { status } = await fetch(`${simulator.url}/api/settings`, {
			method: "PUT",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify(saved),
		});
		assert.equal(status, 200);
		assert.include((await capture("?orientation=exif")).toString("latin1", 0, 40), "Exif");
	});

	it("turns the picture in decoders that know Exif, and leaves it as it is for those that did not ask", async function () {
		const ffmpeg = ffmpegProgram(this);
		for (const [rotation, place] of Object.entries(PLACES)) {
			await rotate(rotation);
			assert.notInclude((await capture()).toString("latin1"), "Exif");
			const bytes = await capture("?orientation=exif"),
				turned = await Pixels.of(bytes);
			assert.deepEqual([turned.width, turned.height], rotation === "180" ? [320, 240] : [240, 320]);
			// The same picture without the segment is as the sensor made it.
			const plain = await Pixels.of(Buffer.concat([bytes.subarray(0, 2), bytes.subarray(38)]));
			assert.deepEqual([plain.width, plain.height], [320, 240]);
			assert.isBelow(turned.difference(plain, place), 1, rotation);
			// The strictest reader finds nothing wrong with the file.
			const file = join(path, `${rotation}.jpg`);
			writeFileSync(file, bytes);
			await decode(ffmpeg, 1, "-i", file);
		}
	});

	it("is in each picture of a stream whose framing stays strict", async () => {
		await rotate("90");
		const turned = new MjpegClient(simulator.url, { path: "/stream?orientation=exif" });
		const plain = new MjpegClient(simulator.url);
		await Promise.all([turned.until(5), plain.until(5)]);
		assert.deepEqual([turned.fault, plain.fault], [undefined, undefined]);
		assert.equal(turned.last!.toString("latin1").split("Exif").length, 2);
		assert.notInclude(plain.last!.toString("latin1"), "Exif");
		const { width, height } = await Pixels.of(turned.last!);
		assert.deepEqual([width, height], [240, 320]);
		turned.close();
		plain.close();
	});

	it("turns the pictures and the stream in Chromium", async function () {
		const browser = await launchChromium(this);
		try {
			const page = await browser.newPage();
			await rotate("90");
			for (const address of ["/capture?orientation=exif", "/stream?orientation=exif"]) {
				await page.goto(`${simulator.url}/api/state`);
				await page.evaluate(
					`document.body.replaceChildren(Object.assign(new Image(), { src: ${JSON.stringify(address)} }))`,
				);
				await until(`${address} is turned`, () =>
					page.evaluate<boolean>(
						`(({ naturalWidth, naturalHeight }) => naturalWidth === 240 && naturalHeight === 320)(document.querySelector("img"))`,
					),
				);
			}
		} finally {
			await browser.close();
		}
	});
});
