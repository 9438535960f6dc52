import { assert } from "chai";
import type { Browser, BrowserContext } from "playwright-core";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { launchChromium } from "../support/chromium.ts";
import { LivePage, until } from "../support/live-page.ts";
import { MjpegClient } from "../support/mjpeg-client.ts";
import type { Color, Pixels } from "../support/pixels.ts";
import { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** The wheels in the corners of the test card, by the colors of their spokes. */
function wheels(picture: Pixels): string {
	const { width, height } = picture;
	const size = Math.round(height / 5),
		margin = Math.round(height / 16);
	const right = width - margin - size,
		bottom = height - margin - size;
	return [
		[margin, margin],
		[right, margin],
		[margin, bottom],
		[right, bottom],
	]
		.map(([left, top]) => hue(picture.color(left, top, size, size)))
		.join(" ");
}

function hue([red, green, blue]: Color): string {
	const most = Math.max(red, green, blue),
		least = Math.min(red, green, blue);
	if (most - least < 25) return "white";
	if (most === blue) return "blue";
	return green > (red + blue) / 2 ? "yellow" : "red";
}

const AS_MADE = "red yellow blue white";

describe("the page's controls", function () {
	this.timeout(60_000);
	const folder = temporaryFolder();
	let simulator: Simulator;
	let browser: Browser;
	let context: BrowserContext;
	let live: LivePage;

	before(async function () {
		simulator = await Simulator.start();
		browser = await launchChromium(this);
		context = await browser.newContext();
		live = await LivePage.open(context, simulator.url);
		await live.unfold();
	});

	after(async () => {
		await browser?.close();
		await simulator?.stop();
	});

	afterEach(async () => {
		assert.deepEqual(live.complaints, []);
		await fetch(`${simulator.url}/api/camera/reset`, { method: "POST" });
		await live.pictureIs("as at the start", (picture) => picture.width === 320 && wheels(picture) === AS_MADE);
	});

	async function value(name: string): Promise<unknown> {
		const { controls } = (await (await fetch(`${simulator.url}/api/camera`)).json()) as {
			controls: { name: string; value: unknown }[];
		};
		return controls.find((control) => control.name === name)!.value;
	}

	it("are those of the sensor, in groups, as the sensor describes them", async () => {
		const { controls } = (await (await fetch(`${simulator.url}/api/camera`)).json()) as {
			controls: { label: string; group: string }[];
		};
		const drawn = await live.page.locator("#controls label").allInnerTexts();
		const words: Readonly<Record<string, string>> = {
			"JPEG quality (lower is better)": "Quality",
			"Frame rate limit (0: none)": "Frame rate",
			"Lamp (0: off)": "Lamp",
			"Flash for snapshots (0: none)": "Flash for snapshots",
		};
		assert.sameMembers(
			drawn,
			controls.map(({ label }) => words[label] ?? label),
		);
		const titles = await live.page.locator("#controls summary").allInnerTexts();
		assert.deepEqual(
			titles.map((text) => text.toLowerCase()),
			[...new Set(controls.map(({ group }) => group))],
		);
	});

	it("fold in groups, of which the common are open at first, and stay so after a reload", async () => {
		const other = await LivePage.open(await browser.newContext(), simulator.url),
			{ page } = other;
		const open = (): Promise<string[]> =>
			page.evaluate(`[...document.querySelectorAll(".group[open] summary")].map((summary) => summary.innerText)`);
		const title = (name: string) => page.locator(".group summary").getByText(name, { exact: true });
		await other.control("Mirror").waitFor();
		assert.deepEqual(await open(), ["Image", "Orientation"]);
		const exposure = other.control("Automatic exposure");
		/** How far the next group's title is below. */
		const height = async (): Promise<number> =>
			(await title("Correction").boundingBox())!.y - (await title("Exposure").boundingBox())!.y;
		assert.isBelow(await height(), 100);
		assert.isFalse(await exposure.isVisible());
		await title("Exposure").click();
		await exposure.waitFor();
		assert.isAbove(await height(), 200);
		await title("Image").click();
		await until("both are remembered", async () =>
			page.evaluate<boolean>(`localStorage.getItem("yieldcam.groups") === "orientation,exposure"`),
		);
		await page.reload();
		await exposure.waitFor();
		assert.deepEqual(await open(), ["Orientation", "Exposure"]);
		assert.deepEqual(other.complaints, []);
		await page.context().close();
	});

	it("use a person's words: from the best picture to the smallest file, and an unlimited rate", async () => {
		const row = (label: string) => live.page.locator(".control", { has: live.control(label) });
		const quality = live.control("Quality");
		assert.equal(await row("Quality").locator(".ends").innerText(), "best picture\nsmallest file");
		await quality.fill("4");
		assert.equal(await row("Quality").locator("output").innerText(), "best (4)");
		await quality.press("End");
		assert.equal(await quality.getAttribute("aria-valuetext"), "smallest (63)");
		await until("the device has it", async () => (await value("quality")) === 63);

		const rate = live.control("Frame rate");
		assert.equal(await row("Frame rate").locator("output").innerText(), "unlimited");
		await rate.focus();
		await rate.press("ArrowLeft");
		assert.equal(await row("Frame rate").locator("output").innerText(), "60 fps");
		await rate.press("Home");
		assert.equal(await rate.getAttribute("aria-valuetext"), "1 fps");
		await until("the device has it", async () => (await value("frameRate")) === 1);
		await rate.press("End");
		await until("the device has no limit", async () => (await value("frameRate")) === 0);
		assert.equal(await row("Lamp").locator("output").innerText(), "off");
	});

	it("mirror the picture, and turn it upside down", async () => {
		await live.control("Mirror").click();
		await live.pictureIs("mirrored", (picture) => wheels(picture) === "yellow red white blue");
		await live.control("Flip").click();
		await live.pictureIs("mirrored and flipped", (picture) => wheels(picture) === "white blue yellow red");
		await live.control("Mirror").click();
		await live.pictureIs("flipped", (picture) => wheels(picture) === "blue white red yellow");
	});

	it("change the frame size, and lose no viewer", async () => {
		const viewer = new MjpegClient(simulator.url);
		await viewer.until(2);
		await live.control("Frame size").selectOption("VGA");
		await live.pictureIs("640 pixels wide", ({ width, height }) => width === 640 && height === 480);
		await viewer.until(viewer.frames + 5);
		assert.isUndefined(viewer.fault);
		viewer.close();
		await live.page.locator("#size").getByText("640×480").waitFor();
		await live.status("Live");
	});

	it("change with the keys, and return to the default with a button that says so", async () => {
		const { brightness } = await live.picture();
		const slider = live.control("Brightness");
		await slider.focus();
		await slider.press("ArrowRight");
		await slider.press("ArrowRight");
		await live.pictureIs("brighter", (picture) => picture.brightness > brightness + 20);
		assert.equal(await value("brightness"), 2);
		assert.equal(await slider.getAttribute("aria-valuetext"), "2");
		await live.button("Brightness: back to the default, 0").press("Enter");
		await live.pictureIs("as bright as before", (picture) => picture.brightness < brightness + 10);
		assert.equal(await value("brightness"), 0);
		// The button is gone; a keyboard user must not be lost at the top of the page.
		assert.equal(await live.page.evaluate("document.activeElement.id"), await slider.getAttribute("id"));
		assert.isFalse(await live.button(/^Brightness/).isVisible());
	});

	it("send only the last of many values if the device is slow", async () => {
		const sent: unknown[] = [];
		await live.page.route("**/api/camera", async (route) => {
			if (route.request().method() === "PATCH") {
				sent.push(route.request().postDataJSON());
				await new Promise((resolve) => setTimeout(resolve, 300));
			}
			await route.continue();
		});
		const slider = live.control("Quality");
		await slider.focus();
		for (let i = 0; i < 10; i += 1) await slider.press("ArrowRight");
		await until("the device has the last", async () => (await value("quality")) === 22);
		assert.isBelow(sent.length, 5);
		assert.deepEqual(sent.at(-1), { quality: 22 });
		await live.page.unroute("**/api/camera");
	});

	it("agree on two open pages", async () => {
		const other = await LivePage.open(context, simulator.url);
		await other.unfold();
		await live.control("Special effect").selectOption("Negative");
		await live.control("Automatic gain").click();
		await until(
			"the other shows it",
			async () =>
				(await other.control("Special effect").inputValue()) === "negative" &&
				!(await other.control("Automatic gain").isChecked()),
		);
		await other.page.close();
	});

	it("agree on two open pages in the end, whichever answer came late", async () => {
		const other = await LivePage.open(context, simulator.url);
		await other.control("Contrast").waitFor();
		await other.page.route("**/api/camera", async (route) => {
			const response = await route.fetch();
			await new Promise((resolve) => setTimeout(resolve, 400));
			await route.fulfill({ response });
		});
		await other.control("Contrast").fill("1");
		await until("the device has the first", async () => (await value("contrast")) === 1);
		await live.control("Contrast").fill("-2");
		await until("the device has the second", async () => (await value("contrast")) === -2);
		await until(
			"both show it",
			async () =>
				(await live.control("Contrast").inputValue()) === "-2" &&
				(await other.control("Contrast").inputValue()) === "-2",
		);
		await new Promise((resolve) => setTimeout(resolve, 500));
		assert.equal(await other.control("Contrast").inputValue(), "-2");
		await other.page.close();
	});

	it("report that a change did not get through, until one does", async () => {
		await live.page.route("**/api/camera", (route) =>
			route.request().method() === "PATCH" ? route.abort() : route.continue(),
		);
		await live.control("Contrast").fill("1");
		const error = live.page.locator("#control-contrast-error");
		await error.getByText("the camera does not answer").waitFor();
		assert.equal(await live.control("Contrast").inputValue(), "0");
		await live.page.unroute("**/api/camera");
		await live.control("Contrast").fill("1");
		await until("it is no longer reported", async () => (await error.innerText()) === "");
	});

	it("are marked until a change is confirmed, and say so beside the control if it is given up", async () => {
		let held = 0;
		await live.page.route("**/api/camera", (route) => {
			if (route.request().method() !== "PATCH") return route.continue();
			held++;
			return undefined;
		});
		const slider = live.control("Contrast"),
			row = live.page.locator(".control.pending");
		await slider.fill("1");
		await row.getByText("Contrast").waitFor();
		assert.equal(await slider.getAttribute("aria-busy"), "true");
		// A request that is never answered.
		await live.page.locator("#control-contrast-error").getByText("the camera does not answer").waitFor();
		assert.equal(held, 1);
		assert.equal(await row.count(), 0);
		assert.equal(await slider.inputValue(), "0");
		await live.page.unroute("**/api/camera");
		await slider.fill("1");
		await until("it is no longer reported", async () => (await live.text("control-contrast-error")) === "");
	});

	it("keep their places when one is changed for the first time", async () => {
		const boxes = (): Promise<unknown> =>
			live.page.evaluate(
				`[...document.querySelectorAll("#controls .control")].map(row => row.querySelector("label").innerText + " " + row.getBoundingClientRect().height)`,
			);
		const before = await boxes();
		await live.control("Contrast").fill("1");
		await live.control("Mirror").click();
		await live.button("Contrast: back to the default, 0").waitFor();
		assert.deepEqual(await boxes(), before);
	});

	it("of exposure and gain are dimmed while the camera chooses these", async () => {
		const dimmed = (): Promise<string[]> => live.page.locator(".automatic label").allInnerTexts();
		assert.sameMembers(await dimmed(), ["Exposure", "Gain"]);
		await live.control("Automatic gain").click();
		await until("gain is not", async () => (await dimmed()).join() === "Exposure");
		assert.isTrue(await live.control("Exposure").isEnabled(), "a value may be chosen in advance");
	});

	it("have presets for day and night, which set several at once and are marked while they hold", async () => {
		const sent: unknown[] = [];
		live.page.on("request", (request) => {
			if (request.method() === "PATCH") sent.push(request.postDataJSON());
		});
		const night = live.button("Night"),
			day = live.button("Day"),
			pressed = async () => [await day.getAttribute("aria-pressed"), await night.getAttribute("aria-pressed")];
		await until("it is day", async () => (await pressed()).join() === "true,false");
		await night.click();
		await until("the device has the last of them", async () => (await value("gainCeiling")) === "128x");
		assert.deepEqual(sent, [
			{ autoExposure: true, exposureDsp: true, exposureLevel: 2, autoGain: true, gainCeiling: "128x" },
		]);
		assert.equal(await live.control("Exposure level").inputValue(), "2");
		assert.equal(await live.control("Gain ceiling").inputValue(), "128x");
		await until("it is night", async () => (await pressed()).join() === "false,true");
		await live.control("Exposure level").fill("1");
		await until("it is neither", async () => (await pressed()).join() === "false,false");
		await day.click();
		await until("it is day again", async () => (await pressed()).join() === "true,false");
		await until("the device has the defaults", async () => (await value("exposureLevel")) === 0);
		assert.lengthOf(sent, 3);
	});

	it("say what the device refused of a preset, and keep the rest of it", async () => {
		await live.page.route("**/api/camera", (route) => {
			const changes = route.request().postDataJSON() as Record<string, unknown> | null;
			return changes && "gainCeiling" in changes
				? route.fulfill({
						status: 422,
						contentType: "application/problem+json",
						body: JSON.stringify({
							title: "x",
							detail: "gainCeiling is refused by the OV2640",
							field: "gainCeiling",
						}),
					})
				: route.continue();
		});
		await live.button("Night").click();
		await live.page.locator("#control-gainCeiling-error").getByText("is refused by the OV2640").waitFor();
		await until("the rest is set", async () => (await value("exposureLevel")) === 2);
		assert.equal(await live.control("Gain ceiling").inputValue(), String(await value("gainCeiling")));
		await live.page.unroute("**/api/camera");
	});

	it("all return to their defaults, once that is confirmed", async () => {
		await live.control("Mirror").click();
		await live.control("Contrast").fill("2");
		await until("it is set", async () => (await value("contrast")) === 2 && (await value("mirror")) === true);
		live.page.once("dialog", (dialog) => void dialog.dismiss());
		await live.button("All to default").click();
		assert.equal(await value("contrast"), 2);
		live.page.once("dialog", (dialog) => void dialog.accept());
		await live.button("All to default").click();
		await until(
			"it is as at the start",
			async () => (await value("contrast")) === 0 && (await value("mirror")) === false,
		);
		await until(
			"the page shows it",
			async () =>
				!(await live.control("Mirror").isChecked()) && (await live.control("Contrast").inputValue()) === "0",
		);
	});

	it("are exported to a file, and imported from it", async () => {
		await live.control("Mirror").click();
		await until("it is set", async () => (await value("mirror")) === true);
		await live.settings("Save and load");
		const { name, content } = await live.saved(() => live.page.getByRole("link", { name: "Export" }).click());
		assert.equal(name, "yieldcam.json");
		await fetch(`${simulator.url}/api/camera/reset`, { method: "POST" });
		const file = join(folder.path, name);
		writeFileSync(file, content);
		await live.page.getByLabel("Settings to import").setInputFiles(file);
		await until("it is set again", async () => (await value("mirror")) === true);
		await live.page.getByText("yieldcam.json is loaded.").waitFor();
		await live.closeSettings();
		assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), { version: 1, camera: { mirror: true } });
	});

	it("report what is wrong with a file, and stay as they are", async () => {
		await live.settings("Save and load");
		for (const [content, message] of [
			[`{"version":1,"camera":{"mirror":true,"brightness":99}}`, "brightness is a whole number from -2 to 2"],
			["not a file of ours", "the file is not JSON: choose one that was exported here"],
		] as const) {
			const file = join(folder.path, "bad.json");
			writeFileSync(file, content);
			await live.page.getByLabel("Settings to import").setInputFiles(file);
			await live.page.locator("#settings-error").getByText(message).waitFor();
			assert.isFalse(await value("mirror"));
		}
		await live.closeSettings();
	});

	it("that the sensor refuses return to its values, with the reason", async () => {
		// As a sensor would that has less memory for frames than it reports.
		await live.page.route("**/api/camera", (route) =>
			route.request().method() !== "PATCH"
				? route.continue()
				: route.fulfill({
						status: 422,
						contentType: "application/problem+json",
						body: JSON.stringify({
							title: "Unprocessable Content",
							status: 422,
							detail: "frameSize is refused by the OV2640",
							field: "frameSize",
						}),
					}),
		);
		await live.control("Frame size").selectOption("UXGA");
		await live.page.getByText("frameSize is refused by the OV2640").waitFor();
		assert.equal(await live.control("Frame size").inputValue(), "QVGA");
		await live.page.unroute("**/api/camera");
	});
});
