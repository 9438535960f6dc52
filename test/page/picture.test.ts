import { assert } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { decode, ffmpegProgram } from "../support/ffmpeg.ts";
import { LivePage, until } from "../support/live-page.ts";
import { Pixels } from "../support/pixels.ts";
import { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { decodeJpeg } from "../support/tools-jpeg.ts";

describe("the page's picture", function () {
	this.timeout(60_000);
	const folder = temporaryFolder();
	let simulator: Simulator;
	let browser: Browser;
	let context: BrowserContext;
	let live: LivePage;

	before(async function () {
		simulator = await Simulator.start();
		browser = await launchChromium(this);
	});

	after(async () => {
		await browser?.close();
		await simulator?.stop();
	});

	beforeEach(async () => {
		context = await browser.newContext();
		live = await LivePage.open(context, simulator.url);
	});

	afterEach(async () => {
		assert.deepEqual(live.complaints, []);
		await context.close();
		await fetch(`${simulator.url}/api/camera/reset`, { method: "POST" });
	});

	async function viewers(): Promise<number> {
		return ((await (await fetch(`${simulator.url}/api/state`)).json()) as { viewers: unknown[] }).viewers.length;
	}

	it("stands still when it is paused, which ends the stream's request, and continues when it is resumed", async () => {
		assert.equal(await viewers(), 1);
		await live.button("Pause").click();
		await live.status("Paused");
		// At once, and not when the last pictures are forgotten.
		for (const id of ["fps", "latency"])
			await live.page.locator(`#${id}`).getByText("–").waitFor({ timeout: 1_000 });
		await live.page.locator("#size").getByText("320×240").waitFor();
		await until("nobody watches", async () => (await viewers()) === 0);
		const before = await live.picture();
		await pause(300);
		assert.equal((await live.picture()).difference(before), 0);
		await live.button("Resume").click();
		await live.status("Live");
		await live.pictureIs("another", (picture) => picture.difference(before) > 0);
		assert.equal(await viewers(), 1);
	});

	it("is saved as the JPEG that is shown", async () => {
		await live.button("Pause").click();
		await live.status("Paused");
		const { name, content } = await live.saved(() => live.button("Snapshot").click());
		assert.match(name, /^yieldcam-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.jpg$/);
		assert.equal(await decodeJpeg(content), "320x240");
		// Two decoders differ by rounding.
		assert.isBelow((await Pixels.of(content)).difference(await live.picture()), 1);
	});

	it("turns by a quarter at each click, on all pages and for good, and is saved so", async () => {
		const another = await browser.newContext();
		const other = await LivePage.open(another, simulator.url);
		await live.button("Pause").click();
		const upright = await live.picture();
		const places = [
			(x: number, y: number) => [y, 239 - x],
			(x: number, y: number) => [319 - x, 239 - y],
			(x: number, y: number) => [319 - y, x],
		] as const;
		for (const [turns, place] of places.entries()) {
			await live.button("Rotate").click();
			const turned = await live.picture();
			assert.deepEqual([turned.width, turned.height], turns % 2 === 0 ? [240, 320] : [320, 240]);
			assert.isBelow(
				turned.difference(upright, place as (x: number, y: number) => [number, number]),
				2,
				`${turns + 1} quarters`,
			);
			const [width, height] = [turned.width, turned.height];
			await live.page.locator("#size").getByText(`${width}×${height}`).waitFor();
			await other.pictureIs("turned as well", (picture) => picture.width === width && picture.height === height);
			const { content } = await live.saved(() => live.button("Snapshot").click());
			// A decoder that knows Exif shows what the page shows.
			assert.isBelow((await Pixels.of(content)).difference(turned), 2, `${turns + 1} quarters, saved`);
		}
		assert.equal(await live.control("Rotation").inputValue(), "270");
		// A change by another client, such as a program, turns it too.
		await other.control("Rotation").selectOption("0");
		await live.pictureIs("upright", ({ width, height }) => width === 320 && height === 240);
		await other.control("Rotation").selectOption("90");
		const again = await LivePage.open(context, simulator.url);
		await again.pictureIs("turned", ({ width, height }) => width === 240 && height === 320);
		await again.page.close();
		await another.close();
	});

	it("is recorded to a film that plays", async function () {
		const ffmpeg = ffmpegProgram(this);
		await live.button("Record").click();
		await live.button(/^Stop 0:02$/).waitFor();
		const { name, content } = await live.saved(() => live.button(/^Stop/).click());
		assert.match(name, /^yieldcam-.*\.(webm|mp4)$/);
		const file = join(folder.path, name);
		writeFileSync(file, content);
		// The name says what the file holds: the magic of EBML, or of ISO's media files, with H.264 in it.
		if (name.endsWith("webm")) assert.equal(content.readUInt32BE(0), 0x1a45dfa3);
		else {
			assert.equal(content.toString("latin1", 4, 8), "ftyp");
			assert.include(content.toString("latin1"), "avc1");
		}
		const { size, hashes } = await decode(ffmpeg, 1_000, "-i", file);
		assert.equal(size, "320x240");
		assert.isAbove(new Set(hashes).size, 10, "different pictures");
		await live.button("Record").waitFor();
	});

	it("cannot be recorded while it stands still, or if the browser cannot record after all", async () => {
		await live.button("Pause").click();
		assert.isTrue(await live.button("Record").isDisabled());
		await live.button("Resume").click();
		await live.status("Live");
		assert.isFalse(await live.button("Record").isDisabled());
		await live.page.evaluate(
			"window.MediaRecorder = class { static isTypeSupported() { return true; } constructor() { throw new Error('no encoder'); } }",
		);
		await live.button("Record").click();
		await live.page.getByRole("alert").getByText("This browser cannot record: no encoder").waitFor();
		assert.isTrue(await live.button("Record").isVisible());
	});

	it("is saved as far as it was recorded if the browser gives up", async () => {
		await live.page.evaluate(`{
			const Native = MediaRecorder;
			window.MediaRecorder = class extends Native {
				constructor(...args) {
					super(...args);
					setTimeout(() => this.stop(), 1_500);
				}
			};
		}`);
		const { content } = await live.saved(() => live.button("Record").click());
		assert.isAbove(content.length, 1_000);
		await live.button("Record").waitFor();
	});

	for (const [width, height] of [
		[1280, 720],
		[720, 1280],
		[1600, 500],
		[360, 300],
	] as const)
		it(`is whole in full screen in a window of ${width} by ${height}`, async () => {
			const other = await LivePage.open(context, simulator.url);
			await other.page.setViewportSize({ width, height });
			await other.page.evaluate("document.querySelector('#figure').classList.add('full')");
			const box = (await other.page.locator("#canvas").boundingBox())!;
			// The box is the window, and the picture is fitted into it.
			assert.deepEqual([box.x, box.y, box.width, box.height], [0, 0, width, height]);
			assert.equal(
				await other.page.evaluate("getComputedStyle(document.querySelector('#canvas')).objectFit"),
				"contain",
			);
			await other.page.close();
		});

	it("fills the screen, and leaves full screen again", async () => {
		const figure = live.page.locator("#figure");
		await live.button("Full screen").click();
		await until(
			"it is full",
			async () => await live.page.evaluate<boolean>("document.fullscreenElement?.id === 'figure'"),
		);
		await live.pictureIs("the same", ({ width }) => width === 320);
		await live.page.evaluate("document.exitFullscreen()");
		await until("it is not", async () => !(await figure.getAttribute("class"))?.includes("full"));
		await live.button("Full screen").waitFor();
	});

	it("fills the window if a browser has no full screen for it, until Escape or a button", async () => {
		const other = await context.newPage();
		await other.addInitScript("Object.defineProperty(Document.prototype, 'fullscreenEnabled', { value: false })");
		await other.goto(simulator.url);
		await other.getByRole("button", { name: "Full screen" }).click();
		const figure = other.locator("#figure");
		const box = await figure.boundingBox();
		assert.deepEqual(box && [box.x, box.y, box.width, box.height], [0, 0, 1280, 720]);
		await other.keyboard.press("Escape");
		assert.isAbove((await figure.boundingBox())!.y, 0);
		// A phone has no Escape.
		await other.getByRole("button", { name: "Full screen" }).click();
		await other.getByRole("button", { name: "Leave full screen" }).click();
		assert.isAbove((await figure.boundingBox())!.y, 0);
		assert.isFalse(await other.getByRole("button", { name: "Leave full screen" }).isVisible());
		await other.close();
	});

	/** Tells the page that its tab was hidden, or is visible again. */
	function seen(page: Page, visible: boolean): Promise<void> {
		return page.evaluate<void>(`
			Object.defineProperty(document, "hidden", { configurable: true, value: ${!visible} });
			document.dispatchEvent(new Event("visibilitychange"));
		`);
	}

	it("releases its stream while the tab is hidden, and takes it again", async () => {
		await seen(live.page, false);
		await until("nobody watches", async () => (await viewers()) === 0);
		const before = await live.picture();
		await seen(live.page, true);
		await live.pictureIs("another", (picture) => picture.difference(before) > 0);
		await live.status("Live");
	});

	it("does not hold a stream for long in a tab that was opened in the background", async () => {
		await live.page.close();
		const page = await context.newPage();
		await page.addInitScript(
			"Object.defineProperty(Document.prototype, 'hidden', { configurable: true, value: true })",
		);
		await page.goto(simulator.url);
		await page.locator("#controls label").first().waitFor();
		await until("nobody watches", async () => (await viewers()) === 0);
	});

	for (const [what, script] of [
		["without AbortSignal.timeout, as Safari 15", "delete AbortSignal.timeout"],
		[
			"that stores nothing for a site",
			"Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } })",
		],
	] as const) {
		it(`is shown with its controls in a browser ${what}`, async () => {
			const other = new LivePage(await context.newPage());
			await other.page.addInitScript(script);
			await other.page.goto(simulator.url);
			await other.status("Live");
			await other.control("Mirror").waitFor();
			await other.button("Rotate").click();
			await other.pictureIs("turned", ({ width, height }) => width === 240 && height === 320);
			assert.deepEqual(other.complaints, []);
			await other.page.close();
		});
	}
});
