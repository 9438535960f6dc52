import { assert } from "chai";
import type { Browser, BrowserContext } from "playwright-core";
import { gunzipSync } from "node:zlib";
import { launchChromium } from "../support/chromium.ts";
import { httpGet } from "../support/http-get.ts";
import { LivePage, until } from "../support/live-page.ts";
import { Simulator } from "../support/simulator.ts";

/** The size in bytes, with everything in it. */
const BUDGET = 30_000;

describe("the page", function () {
	this.timeout(60_000);
	let simulator: Simulator;
	let browser: Browser;
	let context: BrowserContext;

	before(async function () {
		simulator = await Simulator.start();
		browser = await launchChromium(this);
		context = await browser.newContext();
	});

	after(async () => {
		await browser?.close();
		await simulator?.stop();
	});

	it(`is one gzipped HTML file, within ${BUDGET} bytes`, async () => {
		const { status, headers, body } = await httpGet(`${simulator.url}/`);
		assert.equal(status, 200);
		assert.equal(headers["content-encoding"], "gzip");
		assert.equal(headers["content-type"], "text/html; charset=utf-8");
		assert.isBelow(body.length, BUDGET);
		assert.match(gunzipSync(body).toString("utf8"), /^<!doctype html>/);
	});

	it("is not sent again to a browser that has it", async () => {
		const {
			headers: { etag },
		} = await httpGet(`${simulator.url}/`);
		assert.match(etag!, /^"[0-9a-f]{16}"$/);
		for (const known of [etag!, `W/${etag}`, `"other", ${etag}`, "*"]) {
			const { status, headers, body } = await httpGet(`${simulator.url}/`, { "If-None-Match": known });
			assert.deepEqual([status, headers["etag"], body.length], [304, etag, 0], known);
		}
		assert.equal((await httpGet(`${simulator.url}/`, { "If-None-Match": `"other"` })).status, 200);
	});

	it("requests nothing from other hosts, and violates none of its own policies", async () => {
		const live = await LivePage.open(context, simulator.url);
		await live.page.getByText("Device", { exact: true }).click();
		assert.deepEqual(live.complaints, []);
		assert.includeMembers(
			live.requests.map(({ pathname }) => pathname),
			["/", "/api/stream", "/api/camera", "/api/access", "/api/state"],
		);
		for (const { protocol, origin } of live.requests)
			assert.isTrue(protocol === "data:" || origin === simulator.url, `${protocol} ${origin}`);
		await live.page.close();
	});

	it("has a policy before any script, with hashes and without exceptions", async () => {
		const html = gunzipSync((await httpGet(`${simulator.url}/`)).body).toString("utf8");
		const [, policy = ""] = /^[^]*?<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(
			html.slice(0, html.indexOf("<script")),
		)!;
		const directives = policy.split(";");
		assert.include(directives, "default-src 'none'");
		for (const name of ["script-src", "style-src"])
			assert.lengthOf(
				directives.filter((directive) => new RegExp(`^${name} 'sha256-[^ ']+'$`).test(directive)),
				1,
				name,
			);
		assert.notInclude(policy, "unsafe-");
	});

	it("runs only its own scripts, and lets none contact other hosts, however it got there", async () => {
		const live = await LivePage.open(context, simulator.url);
		const outcomes = await live.page.evaluate(`(async () => {
			const outcome = (inject) => new Promise((resolve) => {
				window.ran = () => resolve("ran");
				document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => resolve(effectiveDirective), { once: true });
				inject();
			});
			const append = (name, properties) => document.body.append(Object.assign(document.createElement(name), properties));
			return [
				await outcome(() => append("script", { textContent: "ran()" })),
				await outcome(() => append("script", { src: "data:text/javascript,ran()" })),
				await outcome(() => append("p", { innerHTML: '<img src="data:," onerror="ran()">' })),
				await outcome(() => Object.assign(document.createElement("a"), { href: "javascript:ran()" }).click()),
				await outcome(() => fetch("http://localhost:${simulator.port}/capture", { mode: "no-cors" }).catch(() => {}).then(() => setTimeout(ran, 1_000))),
			];
		})()`);
		assert.deepEqual(outcomes, [
			"script-src-elem",
			"script-src-elem",
			"script-src-attr",
			"script-src-elem",
			"connect-src",
		]);
		await live.page.close();
	});

	it("shows the picture's size, rate and latency, the viewers and the sensor", async () => {
		const live = await LivePage.open(context, simulator.url);
		const other = await LivePage.open(context, simulator.url);
		await live.page.locator("#viewers").getByText("2", { exact: true }).waitFor();
		await live.page
			.locator("#latency")
			.getByText(/^\d+ ms$/)
			.waitFor();
		assert.equal(await live.text("size"), "320×240");
		assert.equal(await live.text("sensor"), "OV2640");
		const rate = Number.parseFloat(await live.text("fps"));
		assert.isAbove(rate, 5);
		assert.isBelow(rate, 30);
		const latency = Number.parseFloat(await live.text("latency"));
		// From capture to paint: the sensor alone takes some milliseconds to send a frame.
		assert.isAbove(latency, 0);
		assert.isBelow(latency, 2_000);
		await other.page.close();
		await live.page.locator("#viewers").getByText("1", { exact: true }).waitFor();
		await live.page.close();
	});

	it("leaves unchanged facts of the device alone, so that a user can select them", async () => {
		const live = await LivePage.open(context, simulator.url);
		await live.page.getByText("Device", { exact: true }).click();
		const fact = (name: string) => live.page.locator(`#facts dt:text-is("${name}") + dd`);
		const running = await fact("Running for").innerText();
		await live.page.evaluate(
			`getSelection().selectAllChildren([...document.querySelectorAll("#facts dt")].find((term) => term.innerText === "Running for"))`,
		);
		await until("it has run for longer", async () => (await fact("Running for").innerText()) !== running);
		assert.equal(await live.page.evaluate("getSelection().toString()"), "Running for");
		await live.page.close();
	});
});
