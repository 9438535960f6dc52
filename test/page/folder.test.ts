import { assert } from "chai";
import type { Browser } from "playwright-core";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { launchChromium } from "../support/chromium.ts";
import { folderProxy } from "../support/folder-proxy.ts";
import { LivePage } from "../support/live-page.ts";
import { Simulator } from "../support/simulator.ts";

describe("the page in a folder of a proxy", function () {
	this.timeout(60_000);
	let browser: Browser;
	let simulator: Simulator;
	let proxy: Server;

	before(async function () {
		browser = await launchChromium(this);
		simulator = await Simulator.start();
		proxy = await folderProxy(simulator.url, "/garden");
	});

	after(async () => {
		await browser?.close();
		proxy?.close();
		proxy?.closeAllConnections();
		await simulator?.stop();
	});

	for (const path of ["/garden/", "/garden"])
		it(`works at ${path}, with its controls and links`, async () => {
			const context = await browser.newContext();
			const { port } = proxy.address() as AddressInfo;
			const live = await LivePage.open(context, `http://127.0.0.1:${port}${path}`);
			await live.control("Mirror").waitFor();
			await live.control("Brightness").waitFor();
			for (const { pathname } of live.requests)
				assert.match(pathname, /^\/garden(\/|$)/, "nothing is asked for at the root");
			const links = await live.page.evaluate<string[]>(
				`[...document.querySelectorAll("a[href]")].map((link) => new URL(link.href).pathname)`,
			);
			await live.button("Use this camera").click();
			await live.control("VLC").check();
			// The proxy passes on no RTSP.
			assert.lengthOf(await live.page.locator("#fields pre").allInnerTexts(), 1);
			await live.closeSettings();
			assert.includeMembers(links, ["/garden/stream", "/garden/capture", "/garden/api/state"]);
			assert.deepEqual(live.complaints, []);
			await context.close();
		});
});
