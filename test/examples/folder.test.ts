import { assert } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import type { AddressInfo } from "node:net";
import { launchChromium } from "../support/chromium.ts";
import { drawJpeg } from "../support/draw-jpeg.ts";
import { folderProxy } from "../support/folder-proxy.ts";
import { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describe("the page in a folder of a proxy", function () {
	this.timeout(60_000);
	const { path: pictures } = temporaryFolder();
	const jpeg = drawJpeg(16, 16);
	let browser: Browser;

	before(async function () {
		writeFileSync(join(pictures, "1.jpg"), jpeg);
		browser = await launchChromium(this);
	});

	after(() => browser?.close());

	async function checkPictures(simulator: Simulator, encoding: string): Promise<void> {
		const proxy = await folderProxy(simulator.url, "/garden");
		try {
			for (const path of ["/garden/", "/garden"]) {
				const page = await browser.newPage({ extraHTTPHeaders: { "Accept-Encoding": encoding } });
				const asked: string[] = [];
				page.on("request", (request) => asked.push(new URL(request.url()).pathname));
				const { port } = proxy.address() as AddressInfo;
				await page.goto(`http://127.0.0.1:${port}${path}`, { waitUntil: "domcontentloaded" });
				await page.waitForFunction(`document.querySelector("img")?.naturalWidth > 0`);
				const targets = await page.evaluate<string[]>(
					`[...document.querySelectorAll("a[href]")].map((link) => new URL(link.href).pathname)`,
				);
				for (const pathname of [...asked.filter((name) => name !== "/favicon.ico"), ...targets])
					assert.match(pathname, /^\/garden(\/|$)/, path);
				await page.close();
			}
		} finally {
			proxy.close();
			proxy.closeAllConnections();
			await simulator.stop();
		}
	}

	it("shows the picture without gzip, too", async () => {
		await checkPictures(await Simulator.start(), "identity");
	});

	for (const [name, ...args] of [
		["jpeg-folder", "--files", pictures],
		["jpeg-streamer"],
		["live-graph"],
		["pan-tilt"],
		["robot"],
		["two-images"],
		["video-feed"],
	])
		it(`shows the picture of the example ${name}`, async () => {
			await checkPictures(await Simulator.start([`examples/${name}`, ...args]), "gzip");
		});

	it("shows the pictures of the example relay", async () => {
		const simulator = await Simulator.start(["examples/relay", "--profile", "host"]);
		const upload = await fetch(`${simulator.url}/upload/a%20camera`, {
			method: "POST",
			headers: { "Content-Type": "image/jpeg" },
			body: jpeg,
		});
		assert.equal(upload.status, 204);
		await checkPictures(simulator, "gzip");
	});
});
