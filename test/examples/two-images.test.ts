import { assert } from "chai";
import { launchChromium } from "../support/chromium.ts";
import { decode, ffmpegProgram } from "../support/ffmpeg.ts";
import { until } from "../support/live-page.ts";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { type Color, Pixels } from "../support/pixels.ts";
import { Simulator } from "../support/simulator.ts";

function hue([red, green, blue]: Color): string {
	assert.isBelow(green, 30);
	return red > 220 && blue < 30 ? "red" : blue > 220 && red < 30 ? "blue" : `${red} ${green} ${blue}`;
}

describe("the example two-images", function () {
	this.timeout(60_000);
	let simulator: Simulator;

	before(async () => {
		simulator = await Simulator.start(["examples/two-images"]);
	});

	after(() => simulator?.stop());

	// FastAPI's parts have no Content-Length; this client reads no part without one.
	it("streams a red and a blue image in turn, a second each, every part with its length", async () => {
		const viewers = [
			new MjpegClient(simulator.url, { path: "/video" }),
			new MjpegClient(simulator.url, { path: "/video-stream" }),
		];
		const seen: string[] = [];
		for (let i = 1; i <= 3; i += 1) {
			await Promise.all(viewers.map((viewer) => viewer.until(i)));
			const picture = await Pixels.of(viewers[0].last!);
			assert.deepEqual([picture.width, picture.height], [320, 240]);
			seen.push(hue(picture.color()));
		}
		assert.deepEqual(seen, ["red", "blue", "red"]);
		const [first, , third] = viewers[0].timestamps;
		assert.approximately(third - first, 2, 0.5, "by the parts' own clock");
		for (const viewer of viewers) {
			assert.isUndefined(viewer.fault);
			viewer.close();
		}
	});

	it("is shown by its page's image, and by no video", async function () {
		const browser = await launchChromium(this);
		try {
			const page = await browser.newPage();
			await page.goto(simulator.url, { waitUntil: "domcontentloaded" });
			assert.match(await page.locator("p").innerText(), /not a <video>/);
			const color = () =>
				page.evaluate<Color>(`(() => {
				const context = document.createElement("canvas").getContext("2d");
				context.drawImage(document.querySelector("img"), 0, 0);
				return [...context.getImageData(100, 100, 1, 1).data.slice(0, 3)];
			})()`);
			for (const wanted of ["red", "blue"])
				await until(`it is ${wanted}`, async () => hue(await color()) === wanted);
			// The approach of the original.
			assert.equal(
				await page.evaluate<number>(`new Promise((resolve) => {
				const video = document.createElement("video");
				video.onloadeddata = () => resolve(video.videoWidth);
				setTimeout(() => resolve(video.videoWidth), 2_500);
				video.src = "/video";
				video.play().catch(() => {});
			})`),
				0,
				"pixels of the video after two images",
			);
		} finally {
			await browser.close();
		}
	});

	it("is decoded by ffmpeg without an error", async function () {
		const { size, hashes } = await decode(ffmpegProgram(this), 2, "-f", "mpjpeg", "-i", `${simulator.url}/video`);
		assert.equal(size, "320x240");
		assert.lengthOf(hashes, 2);
	});
});
