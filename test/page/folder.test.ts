import { assert } from "chai";
import type { Browser } from "playwright-core";
import { createServer, request, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { launchChromium } from "../support/chromium.ts";
import { LivePage } from "../support/live-page.ts";
import { Simulator } from "../support/simulator.ts";

/** A proxy that has a device in a folder, and serves the page with or without the slash at the folder's end. */
async function proxyOf(device: string, folder: string): Promise<Server> {
	const server = createServer((incoming, answer) => {
		const { url = "", method, headers } = incoming;
		if (url !== folder && !url.startsWith(`${folder}/`)) {
			answer.writeHead(404).end();
			return;
		}
		const outgoing = request(device + (url.slice(folder.length) || "/"), { method, headers }, (response) => {
			answer.writeHead(response.statusCode!, response.headers);
			response.pipe(answer);
		});
		outgoing.on("error", () => answer.destroy());
		answer.on("close", () => outgoing.destroy());
		incoming.pipe(outgoing);
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	return server;
}

describe("the page in a folder of a proxy", function () {
	this.timeout(60_000);
	let browser: Browser;
	let simulator: Simulator;
	let proxy: Server;

	before(async function () {
		browser = await launchChromium(this);
		simulator = await Simulator.start();
		proxy = await proxyOf(simulator.url, "/garden");
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
			assert.includeMembers(links, ["/garden/stream", "/garden/capture", "/garden/api/state"]);
			assert.deepEqual(live.complaints, []);
			await context.close();
		});
});
