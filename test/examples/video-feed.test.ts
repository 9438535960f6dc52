import { assert } from "chai";
import { readFileSync } from "node:fs";
import { launchChromium } from "../support/chromium.ts";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { Simulator } from "../support/simulator.ts";
import { watchImage } from "../support/watch-image.ts";

describe("the example video-feed", function () {
	this.timeout(60_000);
	let simulator: Simulator;

	before(async () => {
		simulator = await Simulator.start(["examples/video-feed"]);
	});

	after(() => simulator?.stop());

	it("is a page with a heading, text and a moving picture of the declared size", async function () {
		const browser = await launchChromium(this);
		try {
			const page = await browser.newPage();
			await page.goto(simulator.url, { waitUntil: "domcontentloaded" });
			assert.equal(await page.locator("h1").innerText(), "Video streaming demonstration");
			assert.isAbove((await page.locator("p").innerText()).length, 10);
			const box = await page.locator("img").boundingBox();
			assert.deepEqual([box!.width, box!.height], [640, 480]);
			assert.equal(await watchImage(page, 10), "320x240");
		} finally {
			await browser.close();
		}
	});

	// Flask's development server starts a thread for each viewer.
	it("serves ten viewers and its page with the threads that it had before, in the board's heap", async () => {
		const { slots } = await simulator.report();
		const threads = () =>
			/^Threads:\s+(\d+)$/m.exec(readFileSync(`/proc/${simulator.process.pid}/status`, "utf8"))![1];
		const first = new MjpegClient(simulator.url, { path: "/video_feed" });
		await first.until(2);
		const before = threads();
		const viewers = [
			first,
			...Array.from({ length: 9 }, () => new MjpegClient(simulator.url, { path: "/video_feed" })),
		];
		await Promise.all(viewers.map((viewer) => viewer.until(viewer.frames + 10)));
		assert.equal((await fetch(simulator.url, { headers: { Connection: "close" } })).status, 200);
		assert.equal(threads(), before);
		// A viewer that waits for a frame: 342 slots of 4,928, of which its connection and request take 211.
		const reports = [await simulator.report(), await simulator.report(), await simulator.report()];
		assert.isBelow(Math.min(...reports.map((report) => report.slots)) - slots, 10 * 360);
		for (const viewer of viewers) {
			assert.isUndefined(viewer.fault);
			viewer.close();
		}
	});

	it("leaves nothing behind when its viewers have disconnected", async () => {
		await simulator.idle(200);
	});
});
