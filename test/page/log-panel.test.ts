import { assert } from "chai";
import type { Browser } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { LivePage, until } from "../support/live-page.ts";
import { Simulator } from "../support/simulator.ts";

const PASSWORD = "a good password";

describe("the log on the page", function () {
	this.timeout(60_000);
	let browser: Browser;
	let simulator: Simulator;

	before(async function () {
		browser = await launchChromium(this);
		simulator = await Simulator.start(["--admin-password", PASSWORD, "--viewer-password", `${PASSWORD} too`]);
	});

	after(async () => {
		await browser?.close();
		await simulator?.stop();
	});

	it("is shown to the admin, follows while somebody looks, and stays where somebody reads", async () => {
		const context = await browser.newContext({ httpCredentials: { username: "admin", password: PASSWORD } });
		const live = await LivePage.open(context, simulator.url);
		let asked = 0,
			text: string | undefined;
		await live.page.route("**/api/log", (route) => {
			asked++;
			return text === undefined ? route.continue() : route.fulfill({ contentType: "text/plain", body: text });
		});
		await live.settings("Log");
		const log = live.page.locator("#log");
		await log.getByText(`yieldcam is at ${simulator.url}/`).waitFor();
		const lines = Array.from({ length: 200 }, (_, i) => `${i}.000 line ${i}\n`);
		text = lines.join("");
		await log.getByText("line 199").waitFor();
		const place = () => live.page.evaluate<number>(`document.getElementById("log").scrollTop`);
		assert.isAbove(await place(), 1_000, "the last line is in view");
		await live.page.evaluate(`document.getElementById("log").scrollTop = 100`);
		text += "200.000 line 200\n";
		await log.getByText("line 200").waitFor();
		assert.equal(await place(), 100);
		const box = (await log.boundingBox())!,
			panels = (await live.page.locator("#panels").boundingBox())!;
		assert.isAtMost(box.x + box.width, panels.x + panels.width);
		assert.isAtMost(box.height, 0.6 * live.page.viewportSize()!.height + 2);
		await live.settings("Account");
		const before = asked;
		await live.page.waitForTimeout(2_500);
		assert.equal(asked, before, "nobody looks");
		await live.settings("Log");
		await until("it is asked for again", async () => asked > before);
		await live.page.unroute("**/api/log");
		await live.page.route("**/api/log", (route) => route.abort());
		await live.page.locator("#log-error").getByText("the camera does not answer").waitFor();
		assert.deepEqual(live.complaints, []);
		await context.close();
	});

	it("is not offered to a viewer", async () => {
		const context = await browser.newContext({
			httpCredentials: { username: "viewer", password: `${PASSWORD} too` },
		});
		const live = await LivePage.open(context, simulator.url);
		await live.page.getByText("You are signed in as viewer.").first().waitFor();
		await live.settings("Account");
		assert.isFalse(await live.page.getByRole("tab", { name: "Log" }).isVisible());
		await context.close();
	});
});
