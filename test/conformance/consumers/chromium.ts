import type { Browser } from "playwright-core";
import { chromiumInstalled, startInstalledChromium } from "../../support/chromium.ts";
import { browserReadings } from "../browser.ts";
import type { Consumer } from "../consumer.ts";

let browser: Promise<Browser> | undefined;

function running(): Promise<Browser> {
	return (browser ??= startInstalledChromium());
}

export const CHROMIUM: Consumer = {
	name: "Chromium",
	what: "headless: `<img>`, whose pictures count if they differ on the screen; `fetch` from a page of another host, for `/api` from a page of the camera; `EventSource`",
	reads: browserReadings(async () => {
		// A context has six connections to a host, whatever other tabs do.
		const context = await (await running()).newContext({ viewport: { width: 640, height: 480 } });
		const page = await context.newPage();
		return {
			setContent: (html) => page.setContent(html, { waitUntil: "commit" }),
			goto: (url) => page.goto(url),
			screenshot: async (width, height) =>
				(await page.screenshot({ clip: { x: 0, y: 0, width, height } })).toString("base64"),
			evaluate: (expression) => page.evaluate(expression),
			close: () => context.close(),
		};
	}),
	from: "npm",
	debian: ["chromium"],
	installed: chromiumInstalled(),
	version: async () => (await running()).version(),
	async close() {
		const closing = browser;
		browser = undefined;
		await (await closing)?.close();
	},
};
