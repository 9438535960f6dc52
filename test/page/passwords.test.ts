import { assert } from "chai";
import type { Browser } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { LivePage, until } from "../support/live-page.ts";
import { Simulator } from "../support/simulator.ts";

const PASSWORD = "a good password";
const ADMIN = { Authorization: `Basic ${btoa(`admin:${PASSWORD}`)}` };

describe("the page and its passwords", function () {
	this.timeout(60_000);
	let browser: Browser;
	let simulator: Simulator;

	before(async function () {
		browser = await launchChromium(this);
	});

	after(() => browser?.close());

	beforeEach(async () => {
		simulator = await Simulator.start();
	});

	afterEach(() => simulator.stop());

	const line = "No password: anybody who opens this page may watch and change everything";

	it("reports that there is none, and sets one, which it then asks for", async () => {
		const context = await browser.newContext();
		const live = await LivePage.open(context, simulator.url);
		await live.page.getByText(line).click();
		await live.control("Password for admin, 8 characters or more").fill(PASSWORD);
		const reloaded = live.page.waitForEvent("framenavigated");
		await live.button("Set password").click();
		await reloaded;
		assert.equal((await fetch(`${simulator.url}/status`)).status, 401);
		assert.equal((await fetch(`${simulator.url}/status`, { headers: ADMIN })).status, 200);
		await context.close();
	});

	it("works for an admin, and says what a viewer may not do", async () => {
		const set = await fetch(`${simulator.url}/api/access`, {
			method: "PUT",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ admin: PASSWORD, viewer: `${PASSWORD} too` }),
		});
		assert.equal(set.status, 200);
		for (const [username, secret] of [
			["admin", PASSWORD],
			["viewer", `${PASSWORD} too`],
		] as const) {
			const context = await browser.newContext({ httpCredentials: { username, password: secret } });
			const sent: Promise<string>[] = [];
			context.on(
				"requestfinished",
				(request) =>
					void sent.push(request.allHeaders().then((fields) => fields["authorization"]?.split(" ")[0] ?? "")),
			);
			const live = await LivePage.open(context, simulator.url);
			assert.equal(await live.watch(3), "320x240");
			assert.include(await Promise.all(sent), "Digest");
			assert.notInclude(await Promise.all(sent), "Basic");
			await live.control("Mirror").click();
			if (username === "viewer")
				await live.page.getByRole("alert").getByText("a viewer cannot change anything").waitFor();
			else
				await until(
					"it is mirrored",
					async () =>
						(
							(await (await fetch(`${simulator.url}/status`, { headers: ADMIN })).json()) as {
								hmirror: number;
							}
						).hmirror === 1,
				);
			assert.isFalse(await live.page.getByText(line).isVisible());
			await context.close();
		}
	});

	it("does not lend them to the images of other sites", async () => {
		await fetch(`${simulator.url}/api/access`, {
			method: "PUT",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ admin: PASSWORD }),
		});
		const context = await browser.newContext({ httpCredentials: { username: "admin", password: PASSWORD } });
		const live = await LivePage.open(context, simulator.url);
		const page = await context.newPage();
		await page.setContent("");
		const look = `new Promise(resolve => {
			const image = new Image();
			image.onload = () => resolve("seen");
			image.onerror = () => resolve("refused");
			image.src = ${JSON.stringify(`${simulator.url}/capture`)};
		})`;
		assert.equal(await page.evaluate(look), "refused");
		assert.equal(await live.page.evaluate(look), "seen");
		await context.close();
	});
});
