import { assert } from "chai";
import type { Browser, BrowserContext } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { LivePage, until } from "../support/live-page.ts";
import { Pixels } from "../support/pixels.ts";
import { Simulator } from "../support/simulator.ts";

interface Point {
	readonly x: number;
	readonly y: number;
}

describe("the page's zoom", function () {
	this.timeout(60_000);
	let simulator: Simulator;
	let browser: Browser;
	let context: BrowserContext;
	let live: LivePage;

	before(async function () {
		simulator = await Simulator.start(["--frame-size", "SVGA"]);
		browser = await launchChromium(this);
	});

	after(async () => {
		await browser?.close();
		await simulator?.stop();
	});

	beforeEach(async () => {
		context = await browser.newContext({ viewport: { width: 1000, height: 700 }, hasTouch: true });
		live = await LivePage.open(context, simulator.url);
		// A picture that stands still can be compared, and one without a notice.
		await live.button("Pause").click();
		await live.status("Paused");
		await live.page.evaluate(
			`for (const id of ["notice", "whole", "leave"]) document.getElementById(id).style.opacity = 0`,
		);
	});

	afterEach(async () => {
		assert.deepEqual(live.complaints, []);
		await context.close();
		// The device keeps the rotation.
		await fetch(`${simulator.url}/api/camera/reset`, { method: "POST" });
	});

	async function scale(): Promise<number> {
		return live.page.evaluate<number>(
			`new DOMMatrix(getComputedStyle(document.getElementById("canvas")).transform).a`,
		);
	}

	/** The frame of the picture in the window. */
	async function frame(): Promise<{ x: number; y: number; width: number; height: number }> {
		return (await live.page.locator("#figure").boundingBox())!;
	}

	/**
	 * The mean difference of the window to what it should show: the picture, in which `picture` (in its pixels) is shown at
	 * `at` (in CSS pixels of the frame), and `scale` CSS pixels wide for each of its own.
	 */
	async function difference(picture: Point, at: Point, pixelSize: number): Promise<number> {
		const shown = await Pixels.of(await live.page.locator("#figure").screenshot());
		const whole = await live.picture();
		let sum = 0,
			count = 0;
		// The edges of the frame are round.
		for (let y = 10; y < shown.height - 10; y += 3)
			for (let x = 10; x < shown.width - 10; x += 3) {
				const left = Math.floor(picture.x + (x - at.x) / pixelSize),
					top = Math.floor(picture.y + (y - at.y) / pixelSize);
				if (left < 0 || top < 0 || left >= whole.width || top >= whole.height) continue;
				const one = shown.color(x, y, 1, 1),
					other = whole.color(left, top, 1, 1);
				for (const channel of [0, 1, 2] as const) sum += Math.abs(one[channel] - other[channel]);
				count += 3;
			}
		assert.isAbove(count, 5_000);
		return sum / count;
	}

	/** Checks that the window shows the pixels of the picture where they belong, and as sharp as the picture is. */
	async function shows(picture: Point, at: Point, pixelSize: number): Promise<void> {
		const right = await difference(picture, at, pixelSize),
			wrong = await difference({ x: picture.x + 24, y: picture.y }, at, pixelSize);
		// Edges are interpolated.
		assert.isBelow(right, 10);
		assert.isAbove(wrong, 2 * right);
	}

	it("keeps what is under the wheel's pointer where it is, with all pixels of the camera", async () => {
		const { x, y, width, height } = await frame(),
			fit = Math.min(width / 800, height / 600),
			at = { x: 0.3 * width, y: 0.4 * height };
		const under = { x: 400 + (at.x - width / 2) / fit, y: 300 + (at.y - height / 2) / fit };
		await live.page.mouse.move(x + at.x, y + at.y);
		for (let i = 0; i < 6; i++) await live.page.mouse.wheel(0, -100);
		await until("it is zoomed", async () => (await scale()) > 2);
		await shows(under, at, fit * (await scale()));
		for (let i = 0; i < 60; i++) await live.page.mouse.wheel(0, -100);
		await until("the limit is reached", async () => (await scale()) === 8);
		for (let i = 0; i < 30; i++) await live.page.mouse.wheel(0, 100);
		await until("all of it is shown", async () => (await scale()) === 1);
		await shows({ x: 400, y: 300 }, { x: width / 2, y: height / 2 }, fit);
		assert.isFalse(await live.page.locator("#whole").isVisible());
	});

	it("leaves the wheel to the page where there is nothing to zoom out of", async () => {
		await live.page.setViewportSize({ width: 1000, height: 300 });
		await live.page.mouse.move(300, 150);
		await live.page.mouse.wheel(0, 120);
		await until("the page scrolls", async () => (await live.page.evaluate<number>("scrollY")) > 50);
		assert.equal(await scale(), 1);
	});

	it("follows a drag, no farther than the picture reaches", async () => {
		const { x, y, width, height } = await frame(),
			fit = Math.min(width / 800, height / 600);
		await live.page.mouse.dblclick(x + width / 2, y + height / 2);
		assert.equal(await scale(), 2.5);
		await live.page.mouse.move(x + width / 2, y + height / 2);
		await live.page.mouse.down();
		await live.page.mouse.move(x + width / 2 + 40, y + height / 2 + 30, { steps: 4 });
		await shows({ x: 400, y: 300 }, { x: width / 2 + 40, y: height / 2 + 30 }, 2.5 * fit);
		for (let i = 0; i < 5; i++) {
			await live.page.mouse.move(x + 10, y + 10);
			await live.page.mouse.up();
			await live.page.mouse.move(x + width - 10, y + height - 10);
			await live.page.mouse.down();
			await live.page.mouse.move(x + 10, y + 10, { steps: 3 });
		}
		await live.page.mouse.up();
		// The picture's lower right corner, or its edge if the frame is wider than the picture.
		const right = Math.min(width, width / 2 + (2.5 * fit * 800) / 2);
		await shows({ x: 800, y: 600 }, { x: right, y: height }, 2.5 * fit);
		await live.page.mouse.dblclick(x + width / 2, y + height / 2);
		assert.equal(await scale(), 1);
	});

	it("follows two fingers, and a double tap", async () => {
		const { x, y, width, height } = await frame(),
			fit = Math.min(width / 800, height / 600),
			middle = { x: width / 2 + 30, y: height / 2 };
		const fingers = await context.newCDPSession(live.page);
		const touch = (type: string, apart: number): Promise<unknown> =>
			fingers.send("Input.dispatchTouchEvent", {
				type: type as "touchMove",
				touchPoints:
					type === "touchEnd"
						? []
						: [
								{ x: x + middle.x - apart / 2, y: y + middle.y, id: 1 },
								{ x: x + middle.x + apart / 2, y: y + middle.y, id: 2 },
							],
			});
		await touch("touchStart", 100);
		for (let apart = 110; apart <= 300; apart += 10) await touch("touchMove", apart);
		await touch("touchEnd", 300);
		assert.closeTo(await scale(), 3, 0.05);
		await shows({ x: 400 + 30 / fit, y: 300 }, middle, fit * (await scale()));
		assert.equal(await live.page.evaluate("visualViewport.scale"), 1, "the page itself is not zoomed");
		for (let i = 0; i < 2; i++) await live.page.touchscreen.tap(x + width / 2, y + height / 2);
		await until("all of it is shown", async () => (await scale()) === 1);
	});

	it("works by keyboard, and has a button that shows the whole picture again", async () => {
		const { width, height } = await frame(),
			fit = Math.min(width / 800, height / 600);
		await live.page.locator("#canvas").focus();
		for (let i = 0; i < 4; i++) await live.page.keyboard.press("+");
		const zoomed = await scale();
		assert.closeTo(zoomed, 1.25 ** 4, 0.001);
		await live.page.keyboard.press("ArrowRight");
		const moved = await live.page.evaluate<number>(`0.1 * document.getElementById("canvas").clientWidth`);
		await shows({ x: 400, y: 300 }, { x: width / 2 - moved, y: height / 2 }, zoomed * fit);
		await live.page.keyboard.press("-");
		assert.closeTo(await scale(), 1.25 ** 3, 0.001);
		await live.button("2.0× – whole picture").click();
		assert.equal(await scale(), 1);
		await live.page.keyboard.press("+");
		await live.page.keyboard.press("0");
		assert.equal(await scale(), 1);
	});

	it("works with a turned picture in full screen, and keeps to the limits when the frame changes", async () => {
		await live.button("Rotate").click();
		await live.button("Full screen").click();
		await until(
			"it is full",
			async () => await live.page.evaluate<boolean>("document.fullscreenElement?.id === 'figure'"),
		);
		const { width, height } = await frame(),
			fit = Math.min(width / 600, height / 800);
		await live.page.mouse.move(width / 2, height / 2);
		for (let i = 0; i < 12; i++) await live.page.mouse.wheel(0, -100);
		await until("it is zoomed", async () => (await scale()) > 4);
		await shows({ x: 300, y: 400 }, { x: width / 2, y: height / 2 }, fit * (await scale()));
		await live.page.locator("#canvas").focus();
		for (let i = 0; i < 60; i++) await live.page.keyboard.press("ArrowDown");
		await live.page.evaluate("document.exitFullscreen()");
		await until("it is not full", async () => (await frame()).y > 0);
		// The lower edge of the picture is at that of the frame, and not above it.
		const small = await frame(),
			smallFit = Math.min(small.width / 600, small.height / 800);
		await until("it is limited", async () => {
			const box = (await live.page.locator("#canvas").boundingBox())!;
			return (
				Math.abs(box.y + box.height / 2 + (800 * smallFit * (await scale())) / 2 - small.y - small.height) < 1
			);
		});
	});
});
