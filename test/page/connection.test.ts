import { assert } from "chai";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { childProcesses } from "../support/child-processes.ts";
import { launchChromium } from "../support/chromium.ts";
import { folderProxy } from "../support/folder-proxy.ts";
import { LivePage, until } from "../support/live-page.ts";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { Simulator } from "../support/simulator.ts";

describe("the page's connection", function () {
	this.timeout(60_000);
	let simulator: Simulator;
	let browser: Browser;
	let context: BrowserContext;
	let pages: LivePage[];

	before(async function () {
		browser = await launchChromium(this);
	});

	after(() => browser?.close());

	beforeEach(async () => {
		simulator = await Simulator.start();
		context = await browser.newContext();
		pages = [];
	});

	afterEach(async () => {
		for (const { complaints } of pages) assert.deepEqual(complaints, []);
		await context.close();
		await simulator.stop();
	});

	async function open(url = simulator.url): Promise<LivePage> {
		const live = await LivePage.open(context, url);
		pages.push(live);
		return live;
	}

	async function viewers(): Promise<number> {
		return ((await (await fetch(`${simulator.url}/api/state`)).json()) as { viewers: unknown[] }).viewers.length;
	}

	/** How many more streams the device has places for. */
	async function free(): Promise<number> {
		const clients: MjpegClient[] = [];
		// One may also be refused because the pages' short requests have the other connections at that moment.
		for (let refused = 0; refused < 3;) {
			const client = new MjpegClient(simulator.url);
			try {
				await client.until(1);
				clients.push(client);
			} catch {
				refused++;
				await pause(300);
			}
		}
		clients.forEach((client) => client.close());
		return clients.length;
	}

	/** Changes a control, as another client. */
	async function change(changes: Record<string, unknown>): Promise<void> {
		const { status } = await fetch(`${simulator.url}/api/camera`, {
			method: "PATCH",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify(changes),
		});
		assert.equal(status, 200);
	}

	/** Tells the page that its tab was hidden, or is visible again. */
	function seen(page: Page, visible: boolean): Promise<void> {
		return page.evaluate<void>(`
			Object.defineProperty(document, "hidden", { configurable: true, value: ${!visible} });
			document.dispatchEvent(new Event("visibilitychange"));
		`);
	}

	it("is one request for a stream, which the first load makes once", async () => {
		const streams: string[] = [];
		const proxy = await folderProxy(simulator.url, "", (path) => {
			if (/^\/(api\/stream|api\/events|stream)/.test(path)) streams.push(path);
			return false;
		});
		try {
			const live = await open(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}/`);
			await live.control("Mirror").waitFor();
			await live.page.locator("#viewers").getByText("1", { exact: true }).waitFor();
			await live.watch(20);
			assert.deepEqual(streams, ["/api/stream?events"]);
		} finally {
			proxy.closeAllConnections();
			proxy.close();
		}
	});

	it("takes one of the ten places: five pages take five", async () => {
		for (let i = 0; i < 5; i++) await open();
		assert.equal(await viewers(), 5);
		assert.equal(await free(), 5);
		await until("the others have left", async () => (await viewers()) === 5);
		for (const { page } of pages) {
			await page.locator("#viewers").getByText("5", { exact: true }).waitFor();
			await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
		}
	});

	it("shows on one page what was changed on another", async () => {
		const [one, other] = [await open(), await open()];
		await one.control("Mirror").click();
		await until("the other page shows it", () => other.control("Mirror").isChecked());
		await other.control("Frame size").selectOption("VGA");
		await until("the first page shows it", async () => (await one.control("Frame size").inputValue()) === "VGA");
	});

	it("tells of changes while the camera sends no pictures", async () => {
		const live = await open();
		await live.control("Mirror").waitFor();
		for (const sensor of childProcesses(simulator.process.pid!)) process.kill(sensor, "SIGSTOP");
		await live.status("Stalled");
		// The camera's own, since the sensor does not answer.
		await change({ frameRate: 7 });
		await until("the page shows it", async () => (await live.control("Frame rate").inputValue()) === "7");
	});

	it("tells of changes while it is paused, and then takes one place, without a viewer", async () => {
		const live = await open();
		await live.control("Mirror").waitFor();
		await live.button("Pause").click();
		await until("nobody watches", async () => (await viewers()) === 0);
		await change({ mirror: true });
		await until("the page shows it", () => live.control("Mirror").isChecked());
		assert.equal(await free(), 9);
		await live.button("Resume").click();
		await live.status("Live");
	});

	it("ends while the tab is hidden, with its place, and is back when it is seen again", async () => {
		const live = await open();
		await live.control("Mirror").waitFor();
		await seen(live.page, false);
		await until("nobody watches", async () => (await viewers()) === 0);
		assert.equal(await free(), 10);
		await until("the others have left", async () => (await viewers()) === 0);
		await change({ mirror: true });
		await seen(live.page, true);
		await live.status("Live");
		await until("the page shows the change", () => live.control("Mirror").isChecked());
	});
});
