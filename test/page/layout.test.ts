import { assert } from "chai";
import type { Browser } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { LivePage } from "../support/live-page.ts";
import { Simulator } from "../support/simulator.ts";

/** CSS pixels (WCAG 2.2, 2.5.5). */
const FINGER = 44;

describe("the page's layout", function () {
	this.timeout(60_000);
	let simulator: Simulator;
	let browser: Browser;

	before(async function () {
		simulator = await Simulator.start();
		browser = await launchChromium(this);
	});

	after(async () => {
		await browser?.close();
		await simulator?.stop();
	});

	async function open(width: number, height: number): Promise<LivePage> {
		return LivePage.open(await browser.newContext({ viewport: { width, height } }), simulator.url);
	}

	/** What is smaller than a finger, with its size. Links within a sentence are not among it. */
	function tooSmall(live: LivePage): Promise<string[]> {
		return live.page.evaluate(`[...document.querySelectorAll("a, button, input, select, summary, [role=tab]")]
			.filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest("#sign-in"))
			.map((element) => [element.id || element.innerText || element.type, element.getBoundingClientRect()])
			.filter(([, { width, height }]) => width < ${FINGER} || height < ${FINGER})
			.map(([name, { width, height }]) => name + ": " + width + "x" + height)`);
	}

	for (const [width, height] of [
		[320, 568],
		[390, 844],
		[740, 360],
	] as const)
		it(`has no target smaller than a finger at ${width} by ${height}`, async () => {
			const live = await open(width, height);
			await live.unfold();
			await live.page.getByText("Device", { exact: true }).click();
			await live.button("Save as preset…").click();
			assert.deepEqual(await tooSmall(live), []);
			await live.button("Settings").click();
			for (const tab of await live.page.getByRole("tab").all()) {
				await tab.click();
				assert.deepEqual(await tooSmall(live), [], await tab.innerText());
				const wide = await live.page.evaluate<number>(`document.getElementById("panels").scrollWidth`);
				assert.isAtMost(wide, width);
			}
			await live.page.context().close();
		});

	for (const [width, height] of [
		[740, 360],
		[844, 390],
		[568, 320],
	] as const)
		it(`shows the picture and its buttons without scrolling on a phone held sideways, ${width} by ${height}`, async () => {
			const live = await open(width, height);
			const boxes = await live.page.evaluate<
				Record<string, { top: number; bottom: number; left: number; right: number }>
			>(
				`Object.fromEntries([...document.querySelectorAll("#canvas, #buttons button, body > header button")].map((element) =>
					[element.id, element.getBoundingClientRect().toJSON()]))`,
			);
			assert.isAbove(Object.keys(boxes).length, 6);
			for (const [id, { top, bottom, left, right }] of Object.entries(boxes)) {
				assert.isTrue(
					top >= 0 && left >= 0 && bottom <= height && right <= width,
					`${id}: ${top} to ${bottom}`,
				);
				assert.isAbove(bottom - top, 0, id);
			}
			const { canvas, pause } = boxes;
			assert.isAbove(canvas.bottom - canvas.top, height / 2, "the picture has most of the height");
			assert.isAtLeast(pause.left, canvas.right, "the buttons are beside it");
			await live.page.context().close();
		});

	it("opens the settings at a tab, and closes them with a button, Escape, or a click elsewhere", async () => {
		const live = await open(1280, 800);
		const dialog = live.page.locator("#dialog");
		await live.settings("Save and load");
		await live.closeSettings();
		assert.isFalse(await dialog.isVisible());
		await live.button("Settings").click();
		await live.page.keyboard.press("Escape");
		assert.isFalse(await dialog.isVisible());
		assert.equal(await live.page.evaluate("document.activeElement.id"), "open-settings");
		await live.button("Settings").click();
		await live.page.mouse.click(5, 5);
		assert.isFalse(await dialog.isVisible());
		assert.deepEqual(live.complaints, []);
		await live.page.context().close();
	});

	it("has tabs that the arrow keys choose, each with its panel alone", async () => {
		const live = await open(1280, 800);
		await live.button("Use this camera").click();
		const chosen = () => live.page.locator("[role=tab][aria-selected=true]").innerText();
		await live.page.getByRole("tab", { name: "Use this camera" }).focus();
		const tabs = await live.page.getByRole("tab").allInnerTexts();
		for (const [index] of tabs.entries()) {
			assert.equal(await chosen(), tabs[index]);
			assert.equal(await live.page.evaluate("document.activeElement.innerText"), tabs[index]);
			assert.equal(await live.page.getByRole("tabpanel").count(), 1);
			await live.page.keyboard.press("ArrowDown");
		}
		assert.equal(await chosen(), tabs[0]);
		await live.page.context().close();
	});
});
