import { assert } from "chai";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { decode, ffmpegProgram } from "../support/ffmpeg.ts";
import { LivePage, until } from "../support/live-page.ts";
import { Pixels } from "../support/pixels.ts";
import { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describe("the time and the name on the page's picture", function () {
	this.timeout(60_000);
	const folder = temporaryFolder();
	let simulator: Simulator;
	let browser: Browser;
	let context: BrowserContext;
	let live: LivePage;

	before(async function () {
		simulator = await Simulator.start(["--frame-size", "VGA"]);
		browser = await launchChromium(this);
	});

	after(async () => {
		await browser?.close();
		await simulator?.stop();
	});

	beforeEach(async () => {
		context = await browser.newContext();
		// What is written, beside its pixels.
		await context.addInitScript(`{
			const { fillText } = CanvasRenderingContext2D.prototype;
			window.written = [];
			CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
				written.push(text);
				return fillText.call(this, text, ...place);
			};
		}`);
		live = await LivePage.open(context, simulator.url);
	});

	afterEach(async () => {
		assert.deepEqual(live.complaints, []);
		await context.close();
		// The device keeps the rotation.
		await fetch(`${simulator.url}/api/camera/reset`, { method: "POST" });
	});

	/** The share of nearly white pixels in the lower left corner, where the text is, and how dark the others are. */
	function text(picture: Pixels): { white: number; ground: number } {
		let white = 0,
			ground = 0,
			count = 0;
		for (let y = picture.height - 36; y < picture.height - 4; y++)
			for (let x = 4; x < 200; x++) {
				const [red, green, blue] = picture.color(x, y, 1, 1);
				count++;
				if (Math.min(red, green, blue) > 200) white++;
				else ground += (red + green + blue) / 3;
			}
		return { white: white / count, ground: ground / (count - white) };
	}

	function isWritten(picture: Pixels): boolean {
		const { white, ground } = text(picture);
		return white > 0.04 && white < 0.4 && ground < 110;
	}

	it("are not there until a user wants them, and stay after a reload", async () => {
		await live.button("Pause").click();
		await live.status("Paused");
		const before = await live.picture();
		const button = live.button("Time");
		assert.equal(await button.getAttribute("aria-pressed"), "false");
		await button.click();
		assert.equal(await button.getAttribute("aria-pressed"), "true");
		const written = await live.picture();
		assert.isTrue(isWritten(written), JSON.stringify(text(written)));
		// Only the lower edge changes.
		assert.deepEqual(written.color(0, 0, 640, 430), before.color(0, 0, 640, 430));
		await button.click();
		assert.equal((await live.picture()).difference(before), 0);
		await button.click();
		await live.page.reload();
		await live.pictureIs("written on", isWritten);
	});

	it("are the camera's name and when the picture was taken, at the lower edge of a turned picture as well", async () => {
		await fetch(`${simulator.url}/api/settings`, {
			method: "PATCH",
			headers: { "Content-Type": "application/json" },
			body: '{"name":"Shed"}',
		});
		await live.button("Time").click();
		await until("the name is known", async () =>
			live.page.evaluate<boolean>(`written.at(-1)?.startsWith("Shed ")`),
		);
		const [, time] = /^Shed (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)$/.exec(
			await live.page.evaluate<string>("written.at(-1)"),
		)!;
		const here = await live.page.evaluate<number>(`new Date(${JSON.stringify(time)}).getTime()`);
		assert.isBelow(Math.abs(Date.now() - here), 10_000);
		await live.button("Rotate").click();
		await live.pictureIs("turned and written on", (picture) => picture.width === 480 && isWritten(picture));
	});

	it("are in snapshots and recordings", async function () {
		const ffmpeg = ffmpegProgram(this);
		await live.button("Time").click();
		await live.pictureIs("written on", isWritten);
		const snapshot = await live.saved(() => live.button("Snapshot").click());
		assert.isTrue(isWritten(await Pixels.of(snapshot.content)));
		await live.button("Record").click();
		await live.button(/^Stop 0:01$/).waitFor();
		const { name, content } = await live.saved(() => live.button(/^Stop/).click());
		const film = join(folder.path, name),
			still = join(folder.path, "still.png");
		writeFileSync(film, content);
		const { size } = await decode(ffmpeg, 1, "-i", film);
		assert.equal(size, "640x480");
		execFileSync(ffmpeg, ["-v", "error", "-y", "-i", film, "-frames:v", "1", still]);
		assert.isTrue(isWritten(await Pixels.of(readFileSync(still))));
	});
});
