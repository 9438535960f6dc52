import { assert } from "chai";
import type { Browser } from "playwright-core";
import { firmwareImage } from "../../hosts/sim/cli/firmware-image.ts";
import { runAxe } from "../support/axe.ts";
import { launchChromium } from "../support/chromium.ts";
import { LivePage } from "../support/live-page.ts";
import { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startUpdatable, stateUntil } from "../support/updates.ts";

const SECTOR = 4_096;

describe("the firmware on the page", function () {
	this.timeout(180_000);
	const { path } = temporaryFolder();
	let browser: Browser;
	let simulator: Simulator | undefined;

	before(async function () {
		browser = await launchChromium(this);
	});

	after(() => browser?.close());

	afterEach(async () => {
		await simulator?.stop();
		simulator = undefined;
	});

	const image = (name: string, buffer: Buffer) => ({ name, mimeType: "application/octet-stream", buffer });

	it("is updated from a file, and two pages show the same progress and what came of it", async () => {
		simulator = await startUpdatable(path, { host: ["--flash-time"] });
		const { url } = simulator;
		const context = await browser.newContext();
		const pages = [await LivePage.open(context, url), await LivePage.open(context, url)];
		for (const { page } of pages) {
			await page.locator("#open-settings").click();
			await page.getByRole("tab", { name: "Firmware" }).click();
			await page.getByText("Version 0.1.0 for simulator.").waitFor();
		}
		const [{ page: first }, { page: second }] = pages;
		// Refused, with the reason.
		await first.locator("#firmware-file").setInputFiles(image("page.bin", Buffer.alloc(5_000)));
		await first.locator("#firmware-error").getByText("this is not an image of firmware").waitFor();
		await first
			.locator("#firmware-file")
			.setInputFiles(image("xs_esp32.bin", firmwareImage({ version: "0.2.0", size: 60 * SECTOR })));
		for (const page of [first, second]) await page.locator("#firmware-progress").waitFor({ state: "visible" });
		assert.isTrue(await second.locator("#send-firmware").isDisabled());
		assert.deepEqual(
			(await runAxe(second)).violations.map(({ id }) => id),
			[],
		);
		for (const page of [first, second]) {
			await page.getByText("Version 0.2.0 for simulator.").waitFor({ timeout: 90_000 });
			await page.getByText("The update to 0.2.0 has succeeded.").waitFor({ timeout: 90_000 });
			assert.isFalse(await page.locator("#firmware-progress").isVisible());
		}
		await context.close();
	});

	it("is said to be the one before, with the reason, if the new one does not work", async () => {
		simulator = await startUpdatable(path);
		const { url } = simulator;
		const context = await browser.newContext();
		const { page } = await LivePage.open(context, url);
		await page.locator("#open-settings").click();
		await page.getByRole("tab", { name: "Firmware" }).click();
		await page
			.locator("#firmware-file")
			.setInputFiles(image("xs_esp32.bin", firmwareImage({ version: "0.2.0", behavior: "crash" })));
		await stateUntil(url, (state) => state.firmware?.last?.result === "went back", "the old firmware is back");
		await page
			.getByText("The update to 0.2.0 has failed, and the firmware before is back: it ended before")
			.waitFor({ timeout: 60_000 });
		await context.close();
	});

	it("is not offered where there is no second slot", async () => {
		simulator = await Simulator.start();
		const context = await browser.newContext();
		const { page } = await LivePage.open(context, simulator.url);
		await page.locator("#open-settings").click();
		assert.isFalse(await page.getByRole("tab", { name: "Firmware" }).isVisible());
		await context.close();
	});
});
