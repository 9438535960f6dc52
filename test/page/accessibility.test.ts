import { assert } from "chai";
import type { Browser } from "playwright-core";
import { runAxe } from "../support/axe.ts";
import { launchChromium } from "../support/chromium.ts";
import { LivePage, until } from "../support/live-page.ts";
import { Simulator } from "../support/simulator.ts";

const SCHEMES = ["light", "dark"] as const;
const WIDTHS = [
	["a phone", { width: 390, height: 844 }],
	["a phone held sideways", { width: 740, height: 360 }],
	["a desk", { width: 1280, height: 800 }],
] as const;
const DESK = WIDTHS[2][1];

describe("the page, for people with a keyboard or a screen reader,", function () {
	this.timeout(60_000);
	let simulator: Simulator;
	let browser: Browser;

	before(async function () {
		// The sensor with the most controls.
		simulator = await Simulator.start(["--sensor", "OV5640"]);
		browser = await launchChromium(this);
	});

	after(async () => {
		await browser?.close();
		await simulator?.stop();
	});

	async function open(colorScheme: "light" | "dark", viewport: { width: number; height: number }): Promise<LivePage> {
		const live = await LivePage.open(await browser.newContext({ colorScheme, viewport }), simulator.url);
		await live.unfold();
		return live;
	}

	/** The rules that the page breaks now, with where. Rules that axe-core cannot decide are not among them. */
	async function violations(live: LivePage): Promise<string[]> {
		const { violations, passes } = await runAxe(live.page);
		assert.isAbove(passes.length, 20, "rules that have something to check");
		return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(", ")}`);
	}

	for (const scheme of SCHEMES) {
		for (const [name, viewport] of WIDTHS) {
			it(`has no violation that axe-core finds, in the ${scheme} theme on ${name}`, async () => {
				const live = await open(scheme, viewport);
				await live.page.getByText("Device", { exact: true }).click();
				// With a button that restores a default, and a button that is on.
				await live.control("Contrast").fill("1");
				await live.control("Mirror").setChecked(true);
				assert.deepEqual(await violations(live), []);
				await live.button("Save as preset…").click();
				assert.deepEqual(await violations(live), []);
				await live.control("Name of the preset").fill("Garden");
				await live.control("Name of the preset").press("Enter");
				await live.button("Garden").waitFor();
				assert.deepEqual(await violations(live), []);
				await live.button("Pause").click();
				await live.status("Paused");
				assert.deepEqual(await violations(live), []);
				await live.control("Contrast").fill("0");
				await live.control("Mirror").setChecked(false);
				await live.button("Settings").click();
				for (const tab of await live.page.getByRole("tab").all()) {
					await tab.click();
					assert.deepEqual(await violations(live), [], await tab.innerText());
				}
				await live.page.context().close();
			});
		}
	}

	it("has none either in full screen, or when something is wrong", async () => {
		const live = await open("dark", WIDTHS[0][1]);
		await live.button("Full screen").click();
		await live.button("Leave full screen").waitFor();
		assert.deepEqual(await violations(live), []);
		await live.button("Leave full screen").click();
		await live.page.route("**/api/**", (route) => route.abort());
		await live.control("Contrast").fill("1");
		await live.page.getByRole("alert").getByText("the camera does not answer").waitFor();
		assert.deepEqual(await violations(live), []);
		await live.page.context().close();
	});

	it("never hides a focused control under the picture, on a small screen", async () => {
		const live = await open("light", { width: 390, height: 700 });
		const { page } = live;
		await live.button("All to default").focus();
		for (let i = 0; i < 40; i += 1) {
			await page.keyboard.press("Shift+Tab");
			const covered = await page.evaluate<string>(`(() => {
				const { activeElement } = document;
				const figure = document.getElementById("figure").getBoundingClientRect();
				const box = activeElement.getBoundingClientRect();
				return activeElement !== document.body && activeElement.id !== "canvas" && box.bottom <= figure.bottom && box.top >= figure.top && figure.top === 0 ? activeElement.id : "";
			})()`);
			assert.equal(covered, "");
		}
		await page.context().close();
	});

	it("is no wider than the screen of a small phone", async () => {
		const live = await open("light", { width: 320, height: 568 });
		await live.page.getByText("Device", { exact: true }).click();
		assert.equal(await live.page.evaluate<number>("document.documentElement.scrollWidth"), 320);
		await live.page.context().close();
	});

	it("lets Tab reach everything usable, in visual order, with a visible focus", async () => {
		const live = await open("light", DESK);
		const { page } = live;
		const usable = await page.evaluate<
			string[]
		>(`[...document.querySelectorAll("a, button, input, select, summary, canvas")]
			.filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.disabled).map((element) => element.id || element.textContent)`);
		assert.isAbove(usable.length, 30);
		const reached = [];
		for (const _ of usable) {
			await page.keyboard.press("Tab");
			const [name, outline] = await page.evaluate<[string, string]>(`(() => {
				const { activeElement } = document;
				return [activeElement.id || activeElement.textContent, getComputedStyle(activeElement).outlineStyle];
			})()`);
			reached.push(name);
			assert.equal(outline, "solid", name);
		}
		assert.deepEqual(reached, usable);
		await page.context().close();
	});

	it("works by keyboard alone", async () => {
		const live = await open("light", DESK);
		const { page } = live;
		await live.button("Pause").focus();
		await page.keyboard.press("Enter");
		await live.status("Paused");
		await page.keyboard.press("Enter");
		await live.status("Live");
		await live.control("Mirror").focus();
		await page.keyboard.press("Space");
		await live.control("Special effect").focus();
		await page.keyboard.press("ArrowDown");
		await live.control("Noise reduction").focus();
		await page.keyboard.press("End");
		await until("the camera has it", async () => {
			const { controls } = (await (await fetch(`${simulator.url}/api/camera`)).json()) as {
				controls: { name: string; value: unknown }[];
			};
			const values = Object.fromEntries(controls.map(({ name, value }) => [name, value]));
			return values["mirror"] === true && values["specialEffect"] === "negative" && values["denoise"] === 8;
		});
		await page.context().close();
	});
});
