import { assert } from "chai";
import { mkdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Browser } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { LivePage } from "../support/live-page.ts";
import { root } from "../support/root.ts";
import { Simulator } from "../support/simulator.ts";

/**
 * `npm run screenshots` writes them where README.md and docs/page.md look for them. A mere test changes no file of the
 * project.
 */
const folder = resolve(root, process.env["YIELDCAM_SCREENSHOTS"] ?? "build/screenshots");

describe("the page poses", function () {
	this.timeout(60_000);
	let simulator: Simulator;
	let browser: Browser;

	before(async function () {
		mkdirSync(folder, { recursive: true });
		simulator = await Simulator.start(["--frame-size", "SVGA"]);
		browser = await launchChromium(this);
	});

	after(async () => {
		await browser?.close();
		await simulator?.stop();
	});

	for (const colorScheme of ["light", "dark"] as const) {
		for (const [name, width, height] of [
			["phone", 390, 844],
			["desktop", 1280, 800],
		] as const) {
			it(`for ${name}-${colorScheme}.jpg`, async () => {
				const context = await browser.newContext({ colorScheme, viewport: { width, height } });
				const live = await LivePage.open(context, simulator.url);
				await live.control("Mirror").waitFor();
				assert.equal(await live.watch(30), "800x600");
				await live.page
					.locator("#latency")
					.getByText(/^\d+ ms$/)
					.waitFor();
				const path = join(folder, `${name}-${colorScheme}.jpg`);
				await live.page.screenshot({ path, quality: 85 });
				assert.isAbove(statSync(path).size, 20_000);
				await context.close();
			});
		}
	}
});
