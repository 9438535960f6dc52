import { assert } from "chai";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { LivePage } from "../support/live-page.ts";
import { Simulator } from "../support/simulator.ts";

interface Status {
	readonly viewers: readonly { readonly sent: number }[];
}

/** The state as a tab of the browser receives it. */
async function showStatus(page: Page, url: string): Promise<Status> {
	const response = await page.goto(`${url}/status`);
	assert.equal(response?.status(), 200);
	assert.match(response!.headers()["content-type"], /^application\/json\b/);
	return JSON.parse(await page.evaluate<string>("document.body.innerText")) as Status;
}

/** Waits until the firmware has noticed that all viewers have disconnected. */
async function everybodyHasLeft(simulator: Simulator): Promise<void> {
	await simulator.idle(500);
	const response = await fetch(`${simulator.url}/status`, { headers: { Connection: "close" } });
	assert.isEmpty(((await response.json()) as Status).viewers);
}

describe("in Chromium", function () {
	this.timeout(120_000);
	let browser: Browser;
	let context: BrowserContext;

	before(async function () {
		browser = await launchChromium(this);
	});

	after(() => browser?.close());

	// Each test has its own browser, which counts connections by context and opens at most six to a host.
	beforeEach(async () => {
		context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
	});

	afterEach(() => context?.close());

	describe("the page", () => {
		let simulator: Simulator;

		before(async () => {
			simulator = await Simulator.start();
		});

		after(() => simulator?.stop());

		/**
		 * A browser's six connections allow two: each holds one for its stream and one for its events, and requests
		 * need more.
		 */
		for (const count of [1, 2]) {
			const tabs = count === 1 ? "a tab" : `${count} tabs`;
			it(`shows a moving picture in ${tabs} while another tab shows the state, and leaves nothing behind`, async () => {
				const pictures: LivePage[] = [];
				for (let i = 0; i < count; i++) pictures.push(await LivePage.open(context, simulator.url));
				for (const size of await Promise.all(pictures.map((tab) => tab.watch(20))))
					assert.equal(size, "320x240");

				const other = await context.newPage();
				let before = Array.from({ length: count }, () => 0);
				for (let i = 0; i < 10; i++) {
					const { viewers } = await showStatus(other, simulator.url);
					assert.lengthOf(viewers, count);
					for (const [index, { sent }] of viewers.entries())
						assert.isAbove(sent, before[index], "it streams between two answers");
					before = viewers.map(({ sent }) => sent);
					await Promise.all(pictures.map((tab) => tab.watch(3)));
				}

				for (const { complaints } of pictures) assert.deepEqual(complaints, []);
				for (const page of context.pages()) await page.close();
				await context.close();
				await everybodyHasLeft(simulator);
			});
		}
	});
});
