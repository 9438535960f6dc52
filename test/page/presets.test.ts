import { assert } from "chai";
import type { Browser, BrowserContext } from "playwright-core";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { launchChromium } from "../support/chromium.ts";
import { LivePage, until } from "../support/live-page.ts";
import { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** CSS pixels (WCAG 2.2, 2.5.5). */
const FINGER = 44;

describe("presets of one's own", function () {
	this.timeout(60_000);
	const folder = temporaryFolder();
	let simulator: Simulator;
	let browser: Browser;
	let context: BrowserContext;
	let live: LivePage;
	/** The changes that the page has sent. */
	let sent: unknown[];

	before(async function () {
		simulator = await Simulator.start();
		browser = await launchChromium(this);
	});

	after(async () => {
		await browser?.close();
		await simulator?.stop();
	});

	beforeEach(async () => {
		await fetch(`${simulator.url}/api/camera/reset`, { method: "POST" });
		context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
		await open();
	});

	afterEach(async () => {
		assert.deepEqual(live.complaints, []);
		await context.close();
	});

	async function open(): Promise<void> {
		live = await LivePage.open(context, simulator.url);
		await live.unfold();
		sent = [];
		live.page.on("request", (request) => {
			if (request.method() === "PATCH") sent.push(request.postDataJSON());
		});
	}

	async function values(): Promise<Record<string, unknown>> {
		const { controls } = (await (await fetch(`${simulator.url}/api/camera`)).json()) as {
			controls: { name: string; value: unknown }[];
		};
		return Object.fromEntries(controls.map(({ name, value }) => [name, value]));
	}

	/** Changes controls as another client would, and waits until the page shows it. */
	async function set(changes: Record<string, unknown>, shown: () => Promise<boolean>): Promise<void> {
		const { status } = await fetch(`${simulator.url}/api/camera`, {
			method: "PATCH",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify(changes),
		});
		assert.equal(status, 200);
		await until(`the page shows ${JSON.stringify(changes)}`, shown);
	}

	const contrastIs = (value: number) => async () => (await live.control("Contrast").inputValue()) === String(value);
	const mirrorIs = (value: boolean) => async () => (await live.control("Mirror").isChecked()) === value;
	const own = () => live.page.getByRole("group", { name: "Your presets" }).getByRole("button");
	const form = () => live.page.locator("#preset-form");

	async function save(name: string, withFrameSize = false): Promise<void> {
		await live.button("Save as preset…").click();
		await live.control("Name of the preset").fill(name);
		if (withFrameSize) await live.page.getByRole("switch", { name: "Frame size too" }).check();
		await live.control("Name of the preset").press("Enter");
		await live.page
			.locator("#preset-done")
			.getByText(new RegExp(`“${name}” is (saved|replaced)`))
			.waitFor();
		assert.isFalse(await form().isVisible());
	}

	/** Gives the page presets, as if they were saved before. */
	async function keep(presets: readonly object[]): Promise<void> {
		await live.page.evaluate(
			`localStorage.setItem("yieldcam.presets", ${JSON.stringify(JSON.stringify({ version: 1, presets }))})`,
		);
		await live.page.close();
		await open();
	}

	async function load(content: string, name = "presets.json"): Promise<void> {
		const path = join(folder.path, name);
		writeFileSync(path, content);
		await live.page.getByLabel("Presets to load").setInputFiles(path);
	}

	it("have what differs from the defaults, are set by one change, and outlast a reload", async () => {
		await set({ contrast: 2, mirror: true, frameSize: "VGA" }, contrastIs(2));
		await live.button("Save as preset…").click();
		assert.equal(await live.page.evaluate("document.activeElement.id"), "preset-name");
		assert.equal(
			await live.text("preset-content"),
			"Saves in this browser what is not at its default: Mirror (on), Contrast (2).",
		);
		await live.button("Cancel").click();
		assert.isFalse(await form().isVisible());
		assert.equal(await live.page.evaluate("document.activeElement.id"), "save-preset");
		await save("Garden");
		await until("it is marked", async () => (await own().getAttribute("aria-pressed")) === "true");
		await set({ contrast: 0, mirror: false, frameSize: "QVGA", brightness: 1 }, contrastIs(0));
		assert.equal(await own().getAttribute("aria-pressed"), "false");
		await live.page.close();
		await open();
		await live.button("Garden").click();
		await until("the camera has it", async () => {
			const { contrast, mirror, frameSize, brightness } = await values();
			return contrast === 2 && mirror === true && frameSize === "QVGA" && brightness === 1;
		});
		assert.deepEqual(sent, [{ mirror: true, contrast: 2 }]);
		await until("it is marked", async () => (await own().getAttribute("aria-pressed")) === "true");
	});

	it("have the frame size only if the person wants it", async () => {
		await set({ frameSize: "VGA" }, async () => (await live.control("Frame size").inputValue()) === "VGA");
		await live.button("Save as preset…").click();
		await live.page.getByText("Every control is at its default, so there is nothing to save yet.").waitFor();
		assert.isTrue(await live.button("Save preset").isDisabled());
		const size = live.page.getByRole("switch", { name: "Frame size too" });
		assert.isFalse(await size.isChecked());
		await live.page.getByText("Without it, choosing the preset leaves the frame size as it is.").waitFor();
		await live.page.keyboard.press("Escape");
		assert.isFalse(await form().isVisible());
		assert.equal(await live.page.evaluate("document.activeElement.id"), "save-preset");
		await save("Large", true);
		await set({ frameSize: "QVGA" }, async () => (await live.control("Frame size").inputValue()) === "QVGA");
		await live.button("Large").click();
		await live.pictureIs("640 pixels wide", ({ width }) => width === 640);
		assert.deepEqual(sent, [{ frameSize: "VGA" }]);
	});

	it("look the same whichever was chosen before", async () => {
		await set({ contrast: 2 }, contrastIs(2));
		await save("One");
		await set({ contrast: 0, mirror: true }, mirrorIs(true));
		await save("Other");
		await live.button("One").click();
		await until("the first is set", async () => (await values())["mirror"] === false);
		await live.button("Other").click();
		await until("the other is set", async () => (await values())["contrast"] === 0);
		assert.deepEqual(sent, [
			{ mirror: false, contrast: 2 },
			{ mirror: true, contrast: 0 },
		]);
		await until(
			"one alone is marked",
			async () =>
				(await Promise.all((await own().all()).map((button) => button.getAttribute("aria-pressed")))).join() ===
				"false,true",
		);
	});

	it("are replaced by saving one with the same name, also from the list", async () => {
		await set({ contrast: 2 }, contrastIs(2));
		await save("Garden");
		await set({ contrast: -1 }, contrastIs(-1));
		await live.button("Save as preset…").click();
		await live.control("Name of the preset").fill("garden");
		await live.button("Replace preset").click();
		await live.page.getByText("“garden” is replaced.").waitFor();
		assert.deepEqual(await own().allInnerTexts(), ["garden"]);
		await set({ contrast: 1 }, contrastIs(1));
		await live.button("Manage presets…").click();
		await live.button("Replace garden…").click();
		assert.equal(await live.control("Name of the preset").inputValue(), "garden");
		assert.equal(await live.page.evaluate("document.activeElement.id"), "preset-name");
		await live.page.keyboard.press("Enter");
		await live.page.getByText("“garden” is replaced.").waitFor();
		await set({ contrast: 0 }, contrastIs(0));
		await live.button("garden").click();
		await until("the last is set", async () => (await values())["contrast"] === 1);
	});

	it("are deleted once that is confirmed, also by keyboard", async () => {
		const presets = ["One", "Two"].map((name) => ({ name, sensor: "OV2640", values: { contrast: 1 } }));
		await keep(presets);
		await live.button("Manage presets…").click();
		const title = (await live.page.locator("#presets-title").boundingBox())!,
			panels = (await live.page.locator("#panels").boundingBox())!;
		assert.isTrue(title.y >= panels.y && title.y + title.height <= panels.y + panels.height, "the list is in view");
		live.page.once("dialog", (dialog) => void dialog.dismiss());
		await live.button("Delete One").press("Enter");
		assert.equal(await live.page.locator("#preset-list li").count(), 2);
		live.page.once("dialog", (dialog) => void dialog.accept());
		await live.button("Delete One").press("Enter");
		await live.page.getByText("“One” is deleted.").waitFor();
		assert.equal(await live.page.evaluate(`document.activeElement.getAttribute("aria-label")`), "Delete Two");
		live.page.once("dialog", (dialog) => void dialog.accept());
		await live.page.keyboard.press("Enter");
		await live.page.getByText("“Two” is deleted.").waitFor();
		assert.equal(await live.page.evaluate("document.activeElement.id"), "import-presets");
		assert.isTrue(await live.button("Save presets").isDisabled());
		await live.closeSettings();
		assert.equal(await own().count(), 0);
		assert.isFalse(await live.button("Manage presets…").isVisible());
		await live.page.close();
		await open();
		assert.equal(await own().count(), 0);
	});

	it("are up to eight", async () => {
		await keep(
			Array.from({ length: 8 }, (_, i) => ({ name: `Preset ${i}`, sensor: "OV2640", values: { contrast: 1 } })),
		);
		assert.equal(await own().count(), 8);
		await live.control("Contrast").fill("2");
		await live.button("Save as preset…").click();
		await live.control("Name of the preset").fill("x".repeat(40));
		assert.lengthOf(await live.control("Name of the preset").inputValue(), 32);
		await live.button("Save preset").click();
		await live.page
			.locator("#preset-error")
			.getByText("no more than 8 presets fit: delete one first, or replace one by using its name")
			.waitFor();
		assert.isTrue(await form().isVisible());
		await live.control("Name of the preset").fill("Preset 3");
		await live.button("Replace preset").click();
		await live.page.getByText("“Preset 3” is replaced.").waitFor();
		assert.equal(await own().count(), 8);
	});

	it("are saved to a file and loaded from it by another browser", async () => {
		await set({ contrast: 2, mirror: true }, contrastIs(2));
		await save("Garden");
		await live.settings("Save and load");
		const { name, content } = await live.saved(() => live.button("Save presets").click());
		assert.match(name, /^yieldcam-.*\.presets\.json$/);
		assert.deepEqual(JSON.parse(content.toString()), {
			version: 1,
			presets: [{ name: "Garden", sensor: "OV2640", values: { mirror: true, contrast: 2 } }],
		});
		await context.close();
		context = await browser.newContext();
		await open();
		await live.settings("Save and load");
		await load(content.toString());
		await live.page.getByText("presets.json is loaded: 1 new, 0 replaced.").waitFor();
		await load(content.toString());
		await live.page.getByText("presets.json is loaded: 0 new, 1 replaced.").waitFor();
		await live.closeSettings();
		assert.deepEqual(await own().allInnerTexts(), ["Garden"]);
	});

	it("stay as they are if a file is wrong, and say what is wrong with it", async () => {
		await keep([{ name: "Garden", sensor: "OV2640", values: { contrast: 1 } }]);
		await live.settings("Save and load");
		const eight = Array.from({ length: 8 }, (_, i) => ({ name: `${i}`, sensor: "a", values: { contrast: 1 } }));
		for (const [content, message] of [
			["not a file of ours", "the file is not JSON: choose one that was saved here"],
			[`{"version":1,"camera":{"mirror":true}}`, "the file has settings and no presets: load it with “Import…”"],
			[`{"version":1,"presets":[{"name":""}]}`, "preset 1 in the file has no name of 1 to 32 characters"],
			[JSON.stringify({ version: 1, presets: eight }), "no more than 8 presets fit: delete one first"],
			[" ".repeat(70_000), "the file is too large for presets"],
		] as const) {
			await load(content);
			await live.page.locator("#presets-error").getByText(message).waitFor();
			assert.deepEqual(await live.page.locator("#preset-list strong").allInnerTexts(), ["Garden"]);
		}
		const path = join(folder.path, "presets.json");
		writeFileSync(path, `{"version":1,"presets":[]}`);
		await live.page.getByLabel("Settings to import").setInputFiles(path);
		await live.page
			.locator("#settings-error")
			.getByText("the file has presets and no settings: load it with “Load presets…”")
			.waitFor();
		await live.closeSettings();
	});

	it("of another sensor say so, and set what this one has", async () => {
		await keep([
			{ name: "Hall", sensor: "OV5640", values: { contrast: 3, saturation: 1, denoise: 4 } },
			{ name: "Focus", sensor: "OV5640", values: { denoise: 4 } },
		]);
		assert.deepEqual(
			(await own().allInnerTexts()).map((text) => text.replace(/\s+/g, " ")),
			["Hall for OV5640: 1 of 3 controls fit", "Focus for OV5640: no control fits"],
		);
		assert.isTrue(await live.button(/^Focus/).isDisabled());
		assert.equal(await live.button(/^Focus/).getAttribute("aria-pressed"), "false");
		await live.button(/^Hall/).click();
		await until("the camera has it", async () => (await values())["saturation"] === 1);
		assert.deepEqual(sent, [{ saturation: 1 }]);
	});

	it("show beside themselves what the device refuses, also of a control whose group is folded", async () => {
		await keep([{ name: "Garden", sensor: "OV2640", values: { contrast: 1 } }]);
		await live.page.evaluate(`for (const group of document.querySelectorAll(".group")) group.open = false`);
		await live.page.route("**/api/camera", (route) =>
			route.request().method() === "PATCH" ? route.abort() : route.continue(),
		);
		await live.button("Garden").click();
		await live.page.locator("#preset-error").getByText("the camera does not answer").waitFor();
		await live.page.unroute("**/api/camera");
		await live.button("Garden").click();
		await until("it is set", async () => (await values())["contrast"] === 1);
		assert.equal(await live.text("preset-error"), "");
	});

	it("are the same in two windows", async () => {
		const other = await LivePage.open(context, simulator.url);
		await set({ contrast: 2 }, contrastIs(2));
		await save("Garden");
		await other.button("Garden").waitFor();
		await other.page.close();
	});

	it("last until the page is closed, and say so, if the browser stores nothing", async () => {
		await live.page.evaluate(`Storage.prototype.setItem = () => { throw new Error("full"); }`);
		await set({ contrast: 2 }, contrastIs(2));
		await live.button("Save as preset…").click();
		await live.control("Name of the preset").fill("Garden");
		await live.button("Save preset").click();
		await live.page.getByText("until this page is closed: the browser stores nothing for it").waitFor();
		await live.button("Garden").waitFor();
		await live.settings("Save and load");
		await load(`{"version":1,"presets":[{"name":"Hall","sensor":"OV2640","values":{"contrast":1}}]}`);
		await live.page
			.locator("#presets-done")
			.getByText(
				"presets.json is loaded: 1 new, 0 replaced, until this page is closed: the browser stores nothing for it.",
			)
			.waitFor();
	});

	it("are not confused by what else the browser holds under their name", async () => {
		for (const text of ["", "{", "null", `{"version":1,"presets":[{}]}`]) {
			await live.page.evaluate(`localStorage.setItem("yieldcam.presets", ${JSON.stringify(text)})`);
			await live.page.close();
			await open();
			assert.equal(await own().count(), 0);
			assert.deepEqual(live.complaints, []);
		}
	});

	it("are text, whatever their names hold", async () => {
		const name = "<img src=x onerror=alert(1)>";
		await keep([{ name, sensor: "<b>OV</b>", values: { contrast: 1 } }]);
		await live.button(/^<img src=x/).waitFor();
		await live.settings("Save and load");
		assert.equal(await live.page.locator("#preset-list strong").innerText(), name);
		assert.equal(await live.page.locator("#presets img, #preset-list img, #presets b").count(), 0);
	});

	for (const [width, height] of [
		[320, 568],
		[740, 360],
		[1280, 800],
	] as const)
		it(`stay within a window of ${width} by ${height}, and are as high as a finger on a phone`, async () => {
			await keep(
				Array.from({ length: 8 }, (_, i) => ({
					name: `${i}${"W".repeat(31)}`,
					sensor: "OV5640",
					values: { contrast: 1, denoise: 1 },
				})),
			);
			await live.page.setViewportSize({ width, height });
			await live.button("Save as preset…").click();
			const boxes = () =>
				live.page.evaluate<
					{ name: string; tag: string; left: number; right: number; width: number; height: number }[]
				>(`[...document.querySelectorAll("#presets :is(button, input), #preset-list :is(button, strong), .row button")]
					.filter((element) => element.checkVisibility())
					.map((element) => {
						const { left, right, width, height } = element.getBoundingClientRect();
						return { name: element.id || element.textContent, tag: element.tagName, left, right, width, height };
					})`);
			const check = async (): Promise<void> => {
				const all = await boxes();
				assert.isAbove(all.length, 12);
				for (const { name, tag, ...box } of all) {
					assert.isTrue(box.left >= 0 && box.right <= width, `${name}: ${box.left} to ${box.right}`);
					if (width < 960 && tag !== "STRONG")
						assert.isAtLeast(Math.min(box.height, box.width), FINGER, name);
				}
				assert.isAtMost(await live.page.evaluate<number>("document.documentElement.scrollWidth"), width);
			};
			await check();
			await live.settings("Save and load");
			await check();
		});
});
