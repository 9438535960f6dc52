import { assert } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { drawJpeg } from "../support/draw-jpeg.ts";
import { LivePage, until } from "../support/live-page.ts";
import { Pixels } from "../support/pixels.ts";
import { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Returns a JPEG with a comment (T.81, B.2.4.5). */
function withComment(jpeg: Buffer, text: string): Buffer {
	const head = Buffer.from([0xff, 0xfe, (text.length + 2) >> 8, (text.length + 2) & 255]);
	return Buffer.concat([jpeg.subarray(0, 2), head, Buffer.from(text, "latin1"), jpeg.subarray(2)]);
}

describe("a picture with a stream's boundary in a comment", function () {
	this.timeout(60_000);
	const { path } = temporaryFolder();
	let browser: Browser, context: BrowserContext, simulator: Simulator;
	let expected: Pixels;

	before(async function () {
		browser = await launchChromium(this);
		const jpeg = drawJpeg(160, 120);
		expected = await Pixels.of(jpeg);
		writeFileSync(join(path, "one.jpg"), jpeg);
		simulator = await Simulator.start(["--frames", path]);
		const response = await fetch(`${simulator.url}/stream`);
		const last = /boundary=(.*)$/.exec(response.headers.get("content-type")!)![1];
		await response.body!.cancel();
		await simulator.stop();
		// That of the last start, and those of CameraWebServer, mjpg-streamer and uStreamer.
		const boundaries = [last, "123456789000000000000987654321", "boundarydonotcross"];
		const parts = boundaries.map((boundary) => `\r\n--${boundary}\r\nContent-Type: image/jpeg\r\n\r\n`);
		writeFileSync(join(path, "one.jpg"), withComment(jpeg, parts.join("")));
		simulator = await Simulator.start(["--frames", path]);
		context = await browser.newContext();
	});

	after(async () => {
		await browser?.close();
		await simulator?.stop();
	});

	it("is shown by the page", async () => {
		const live = await LivePage.open(context, simulator.url);
		await live.watch(1);
		await live.pictureIs(
			"the whole picture",
			(picture) => picture.width === 160 && picture.difference(expected) < 4,
		);
		assert.deepEqual(live.complaints, []);
	});

	for (const address of ["/stream", "/?action=stream"])
		it(`is shown by an image of ${address}`, async () => {
			const page = await context.newPage();
			await page.goto(`${simulator.url}/api/state`);
			await page.setContent(
				`<img src="${simulator.url}${address}" width="160" height="120" style="display: block">`,
			);
			const shown = async (): Promise<Pixels> =>
				Pixels.of(await page.screenshot({ clip: { x: 0, y: 0, width: 160, height: 120 } }));
			await page.addStyleTag({ content: "body { margin: 0 }" });
			await until("the whole picture", async () => (await shown()).difference(expected) < 4);
			for (let i = 0; i < 5; i++) assert.isBelow((await shown()).difference(expected), 4, "it stays");
		});
});
