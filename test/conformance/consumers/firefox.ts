import { type Browser, launch } from "puppeteer-core";
import { browserReadings } from "../browser.ts";
import type { Consumer } from "../consumer.ts";
import { installed, programPath } from "../program.ts";

let browser: Promise<Browser> | undefined;

/** Over WebDriver BiDi, since playwright drives only its own build of Firefox. */
function running(): Promise<Browser> {
	return (browser ??= launch({ browser: "firefox", executablePath: programPath("firefox-esr"), headless: true }));
}

export const FIREFOX: Consumer = {
	name: "Firefox",
	what: "headless, by WebDriver BiDi; same as Chromium",
	reads: browserReadings(async () => {
		const context = await (await running()).createBrowserContext();
		const page = await context.newPage();
		return {
			// Does not wait for its load event, which a stream would prevent.
			setContent: (html) => page.evaluate(`document.body.innerHTML = ${JSON.stringify(html)}`),
			goto: (url) => page.goto(url),
			screenshot: (width, height) => page.screenshot({ clip: { x: 0, y: 0, width, height }, encoding: "base64" }),
			evaluate: (expression) => page.evaluate(expression),
			close: () => context.close(),
		};
	}),
	from: "Debian",
	debian: ["firefox-esr"],
	installed: installed("firefox-esr"),
	version: async () => (await (await running()).version()).replace("firefox/", ""),
	async close() {
		const closing = browser;
		browser = undefined;
		await (await closing)?.close();
	},
};
