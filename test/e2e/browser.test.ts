import { assert } from "chai";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { PictureTab } from "../support/chromium-tab.ts";
import { root } from "../support/root.ts";
import { Simulator } from "../support/simulator.ts";

interface Status {
	readonly viewers: readonly { readonly sent: number }[];
}

/** The state as a tab of the browser gets it. */
async function showStatus(page: Page, url: string): Promise<Status> {
	const response = await page.goto(`${url}/status`);
	assert.equal(response?.status(), 200);
	assert.match(response!.headers()["content-type"]!, /^application\/json\b/);
	return JSON.parse(await page.evaluate<string>("document.body.innerText")) as Status;
}

/** Waits until the firmware has noticed that everybody left. */
async function everybodyHasLeft(simulator: Simulator): Promise<void> {
	for (let i = 0; ; i++) {
		const response = await fetch(`${simulator.url}/status`, { headers: { Connection: "close" } });
		const { viewers } = await response.json() as Status;
		const { sockets, buffers, buffersHome } = await simulator.report();
		if (viewers.length === 0 && sockets === 0 && buffersHome === buffers)
			return;
		assert.isBelow(i, 500, `still there: ${JSON.stringify({ viewers, sockets, buffers, buffersHome })}`);
		await pause(20);
	}
}

describe("in Chromium", function () {
	this.timeout(120_000);
	let browser: Browser;
	let context: BrowserContext;

	before(async function () {
		browser = await launchChromium(this);
	});

	after(() => browser?.close());

	// Each test has a browser of its own: connections are counted by context, and six to a host are all it opens.
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

		/** Four are what a browser's six connections allow, with one for other requests and one to spare. */
		for (const count of [1, 4]) {
			const tabs = count === 1 ? "a tab" : `${count} tabs`;
			it(`shows a moving picture in ${tabs} while another tab shows the state, and leaves nothing behind`, async () => {
				const pictures: PictureTab[] = [];
				for (let i = 0; i < count; i++)
					pictures.push(await PictureTab.open(context, simulator.url));
				for (const { pictures: shown, size } of await Promise.all(pictures.map((tab) => tab.watch(20)))) {
					assert.equal(shown, 20);
					assert.equal(size, "320x240");
				}

				const other = await context.newPage();
				let before = Array.from({ length: count }, () => 0);
				for (let i = 0; i < 10; i++) {
					const { viewers } = await showStatus(other, simulator.url);
					assert.lengthOf(viewers, count);
					for (const [index, { sent }] of viewers.entries())
						assert.isAbove(sent, before[index]!, "it streams between two answers");
					before = viewers.map(({ sent }) => sent);
					await Promise.all(pictures.map((tab) => tab.watch(3)));
				}

				for (const { complaints } of pictures)
					assert.deepEqual(complaints, []);
				for (const page of context.pages())
					await page.close();
				await context.close();
				await everybodyHasLeft(simulator);
			});
		}

		// The picture in README.md. Only when asked for: tests change no file.
		if (process.env["YIELDCAM_SCREENSHOTS"]) {
			it("poses for README.md", async () => {
				const sharp = await Simulator.start(["--frame-size", "SVGA"]);
				const tab = await PictureTab.open(context, sharp.url);
				await tab.watch(20);
				mkdirSync(join(root, "docs"), { recursive: true });
				await tab.page.screenshot({ path: join(root, "docs/page.jpg"), quality: 85 });
				await tab.page.close();
				await sharp.stop();
			});
		}
	});

	for (const [signal, what] of [["SIGTERM", "closed in good order"], ["SIGKILL", "cut off"]] as const) {
		it(`the page finds its picture again after the stream was ${what}`, async () => {
			let simulator = await Simulator.start();
			try {
				const tab = await PictureTab.open(context, simulator.url);
				await tab.watch(5);
				assert.deepEqual(tab.complaints, []);
				const { port } = simulator;
				simulator.process.kill(signal);
				await simulator.exit;
				simulator = await Simulator.start(["--port", String(port)]);
				await tab.watch(5);
				// That it could not connect meanwhile is the browser's own remark.
				assert.deepEqual(tab.complaints.filter((text) => !text.includes("net::ERR_")), []);
			}
			finally {
				await simulator.stop();
			}
		});
	}
});
