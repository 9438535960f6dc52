import { assert } from "chai";
import type { Browser, Page } from "playwright-core";
import { runAxe } from "../support/axe.ts";
import { launchChromium } from "../support/chromium.ts";
import { LivePage } from "../support/live-page.ts";
import { Simulator } from "../support/simulator.ts";

const PASSWORD = "correct horse";

describe("the network", function () {
	this.timeout(90_000);
	let browser: Browser;
	let simulator: Simulator | undefined;

	before(async function () {
		browser = await launchChromium(this);
	});

	after(() => browser?.close());

	afterEach(async () => {
		await simulator?.stop();
		simulator = undefined;
	});

	async function start(...args: string[]): Promise<string> {
		simulator = await Simulator.start(["--wifi", `home=${PASSWORD}`, "--wifi", "cafe=", ...args]);
		return simulator.url;
	}

	async function violations(page: Page): Promise<string[]> {
		return (await runAxe(page)).violations.map(({ id }) => id);
	}

	/** Chooses a network, once those in range are listed. */
	async function choose(page: Page, ssid: string, password: string): Promise<void> {
		await page.getByRole("combobox", { name: "Network" }).selectOption({ label: ssid });
		await page.getByLabel("Password", { exact: true }).fill(password);
		await page.getByRole("button", { name: "Join", exact: true }).click();
	}

	for (const [name, viewport] of [
		["a phone", { width: 360, height: 640 }],
		["a desk", { width: 1280, height: 800 }],
	] as const)
		it(`is set up on ${name} at the access point, with the reason if it fails, and the camera's new address`, async () => {
			const url = await start();
			for (const colorScheme of ["light", "dark"] as const) {
				const context = await browser.newContext({ viewport, colorScheme }),
					page = await context.newPage();
				await page.goto(url);
				await page.getByText("home", { exact: true }).waitFor({ state: "attached" });
				assert.deepEqual(await violations(page), []);
				assert.isFalse(
					await page.evaluate<boolean>("document.documentElement.scrollWidth > innerWidth"),
					"it fits the window",
				);
				await context.close();
			}
			const context = await browser.newContext({ viewport }),
				page = await context.newPage();
			await page.goto(url);
			await page.getByText("home", { exact: true }).waitFor({ state: "attached" });
			await choose(page, "home", "wrong horse");
			await page.getByRole("alert").getByText("is the password right?").waitFor();
			await choose(page, "home", PASSWORD);
			await page.getByRole("link", { name: "http://127.0.0.1/" }).waitFor();
			assert.deepEqual(await violations(page), []);
			assert.isFalse(await page.getByRole("button", { name: "Join" }).isVisible());
			await context.close();
		});

	it("can be one that hides its name, and the password can be shown", async () => {
		const url = await start(),
			page = await browser.newPage();
		await page.goto(url);
		await page.getByText("home", { exact: true }).waitFor({ state: "attached" });
		assert.isFalse(await page.getByLabel("Its name").isVisible());
		await page.getByRole("combobox", { name: "Network" }).selectOption({ label: "Another one…" });
		await page.getByLabel("Its name").fill("hidden");
		const password = page.getByLabel("Password", { exact: true });
		assert.equal(await password.getAttribute("type"), "password");
		await page.getByLabel("Show it").check();
		assert.equal(await password.getAttribute("type"), "text");
		await page.getByRole("button", { name: "Join" }).click();
		await page.getByText("hidden: no such network is in range").waitFor();
		await page.close();
	});

	it("is changed in the settings, and goes back to the one before if that fails", async () => {
		const url = await start("ssid=home", `password=${PASSWORD}`);
		const live = await LivePage.open(await browser.newContext(), url),
			{ page } = live;
		await live.button("Settings").click();
		await page.getByRole("tab", { name: "Network" }).click();
		await page.getByText("The camera is in home, at 127.0.0.1.").waitFor();
		await page.getByText("cafe (open)").waitFor({ state: "attached" });
		assert.deepEqual(await violations(page), []);
		await choose(page, "home", "wrong horse");
		await page.getByRole("alert").getByText("home: it is in range").waitFor();
		await choose(page, "cafe (open)", "");
		await page.getByText("The camera has joined cafe.").waitFor();
		await page.getByText("The camera is in cafe, at 127.0.0.1.").waitFor();
		assert.deepEqual(live.complaints, []);
		await page.context().close();
	});

	it("is not offered to a viewer, nor where there is no Wi-Fi", async () => {
		simulator = await Simulator.start();
		const live = await LivePage.open(await browser.newContext(), simulator.url);
		await live.button("Settings").click();
		assert.isFalse(await live.page.getByRole("tab", { name: "Network" }).isVisible());
		await live.page.context().close();
	});
});
