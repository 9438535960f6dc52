import { assert } from "chai";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { Simulator } from "../support/simulator.ts";

/** Everything that a page can make a browser send. Each is over when the browser has its answer, or has given up. */
const attacks = (target: string) => `(async () => {
	const url = path => ${JSON.stringify(target)} + path;
	const loaded = element => new Promise(resolve => {
		element.onload = element.onerror = resolve;
		document.body.append(element);
	});
	const control = "/control?var=hmirror&val=1";
	await loaded(Object.assign(new Image(), { src: url(control) }));
	await loaded(Object.assign(new Image(), { src: url(control), referrerPolicy: "no-referrer" }));
	await loaded(Object.assign(document.createElement("iframe"), { src: url(control), referrerPolicy: "no-referrer" }));
	await loaded(Object.assign(document.createElement("script"), { src: url(control) }));
	await loaded(Object.assign(document.createElement("iframe"), { srcdoc: "<img src='" + url(control) + "'>", sandbox: "" }));
	const tries = [
		[control, { mode: "no-cors" }],
		[control, { mode: "no-cors", referrerPolicy: "no-referrer" }],
		[control, {}],
		["/api/camera", { method: "PATCH", headers: { "Content-Type": "application/json" }, body: '{"mirror":true}' }],
		["/api/settings", { method: "PUT", headers: { "Content-Type": "application/json" }, body: '{"version":1,"camera":{"mirror":true}}' }],
		["/api/camera/reset", { method: "POST", mode: "no-cors" }],
	];
	for (const [path, init] of tries)
		await fetch(url(path), init).catch(() => {});
	const frame = Object.assign(document.createElement("iframe"), { name: "frame" });
	document.body.append(frame);
	const form = Object.assign(document.createElement("form"), { action: url("/api/camera/reset"), method: "post", target: "frame" });
	document.body.append(form);
	const answered = new Promise(resolve => frame.onload = resolve);
	form.submit();
	await answered;
})()`;

describe("a page of another site", function () {
	this.timeout(60_000);
	let browser: Browser;
	let simulator: Simulator;
	let stranger: Server;
	let page: Page;

	before(async function () {
		// With these names a browser talks as to a board in the network: without HTTPS, it does not report which site a
		// request comes from.
		browser = await launchChromium(this, ["camera", "evil.example"]);
		stranger = createServer((_, response) =>
			response.setHeader("Content-Type", "text/html").end("<!doctype html><title>evil</title>"),
		).listen(0, "127.0.0.1");
		await once(stranger, "listening");
		simulator = await Simulator.start();
	});

	after(async () => {
		await browser?.close();
		stranger?.closeAllConnections();
		stranger?.close();
		await simulator?.stop();
	});

	beforeEach(async () => {
		page = await browser.newPage();
	});

	afterEach(() => page.close());

	const at = (name: string, port = simulator.port) => `http://${name}:${port}`;
	const elsewhere = () => at("evil.example", (stranger.address() as AddressInfo).port);

	/** The state as another client finds it: flip is set before, and a reset would undo it. */
	async function controls(): Promise<{ mirror: boolean; flip: boolean }> {
		const { hmirror, vflip } = (await (await fetch(`${simulator.url}/status`)).json()) as {
			hmirror: number;
			vflip: number;
		};
		return { mirror: hmirror === 1, flip: vflip === 1 };
	}

	for (const name of ["camera", "127.0.0.1"]) {
		it(`changes nothing at ${name}`, async () => {
			assert.equal((await fetch(`${simulator.url}/control?var=vflip&val=1`)).status, 200);
			await page.goto(elsewhere());
			await page.evaluate(attacks(at(name)));
			assert.deepEqual(await controls(), { mirror: false, flip: true });
		});

		it(`can show the stream of ${name}, as dashboards do, but not its page in a frame`, async () => {
			await page.goto(elsewhere());
			const width = await page.evaluate(`new Promise((resolve, reject) => {
				const image = Object.assign(new Image(), { src: ${JSON.stringify(at(name))} + "/stream", onerror: reject });
				document.body.append(image);
				(function look() { image.naturalWidth > 0 ? resolve(image.naturalWidth) : setTimeout(look, 10); })();
			})`);
			assert.equal(width, 320);
			const refused = page.waitForEvent("console", (message) => message.text().includes("frame-ancestors"));
			await page.evaluate(
				`document.body.append(Object.assign(document.createElement("iframe"), { src: ${JSON.stringify(at(name))} }))`,
			);
			await refused;
		});
	}

	it("shows pictures, and the page in a frame, if it has an embedder policy", async () => {
		const dashboard = createServer((_, response) =>
			response
				.writeHead(200, { "Content-Type": "text/html", "Cross-Origin-Embedder-Policy": "require-corp" })
				.end("<!doctype html><title>dashboard</title>"),
		).listen(0, "127.0.0.1");
		await once(dashboard, "listening");
		// A policy counts only on HTTPS, and on this machine.
		const own = `http://127.0.0.1:${(dashboard.address() as AddressInfo).port}`;
		const camera = await Simulator.start([`frameAncestors=${own}`]);
		try {
			await page.goto(own);
			for (const path of ["/stream", "/capture", "/snapshot", "/bmp", "/?action=stream", "/?action=snapshot"]) {
				const width = await page.evaluate(`new Promise((resolve, reject) => {
					const image = Object.assign(new Image(), { src: ${JSON.stringify(at("127.0.0.1", camera.port) + path)}, onerror: () => reject(new Error(${JSON.stringify(path)})) });
					document.body.append(image);
					(function look() { image.naturalWidth > 0 ? (resolve(image.naturalWidth), image.remove(), image.src = "") : setTimeout(look, 10); })();
				})`);
				assert.equal(width, 320, path);
			}
			for (const path of ["/", "/stream", "/capture"]) {
				await page.evaluate(
					`document.body.append(Object.assign(document.createElement("iframe"), { src: ${JSON.stringify(at("127.0.0.1", camera.port) + path)} }))`,
				);
				const frame = page.frames().at(-1)!;
				await frame.waitForSelector(path === "/" ? "h1" : "img");
				assert.equal(frame.url(), at("127.0.0.1", camera.port) + path);
			}
		} finally {
			await camera.stop();
			dashboard.closeAllConnections();
			dashboard.close();
		}
	});

	it("gains nothing by giving its own name the camera's address", async () => {
		assert.equal((await page.goto(at("evil.example")))!.status(), 421);
	});

	it("changes nothing, while the camera's own page can", async () => {
		await page.goto(at("camera"));
		const statuses = await page.evaluate(`Promise.all([
			fetch("/api/camera", { method: "PATCH", headers: { "Content-Type": "application/json" }, body: '{"mirror":true}' }),
			fetch("/control?var=vflip&val=0"),
		].map(async response => (await response).status))`);
		assert.deepEqual(statuses, [200, 200]);
		assert.deepEqual(await controls(), { mirror: true, flip: false });
	});
});
