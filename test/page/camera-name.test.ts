import { assert } from "chai";
import type { Browser, BrowserContext } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { LivePage, until } from "../support/live-page.ts";
import { Simulator } from "../support/simulator.ts";

describe("the camera's name on the page", function () {
	this.timeout(60_000);
	let simulator: Simulator;
	let browser: Browser;
	let context: BrowserContext;
	let live: LivePage;

	before(async function () {
		simulator = await Simulator.start();
		browser = await launchChromium(this);
		context = await browser.newContext();
	});

	after(async () => {
		await browser?.close();
		await simulator?.stop();
	});

	beforeEach(async () => {
		live = await LivePage.open(context, simulator.url);
	});

	afterEach(async () => {
		assert.deepEqual(live.complaints, []);
		await live.page.close();
	});

	async function name(text: string): Promise<void> {
		await live.settings("Camera");
		await live.control("Name").fill(text);
		await live.control("Name").press("Enter");
		await live.page
			.locator("#name-form [role=status]")
			.getByText(/^The camera (is called|has no)/)
			.waitFor();
		await live.closeSettings();
	}

	it("is its title on every open page, and begins the names of saved files", async () => {
		const other = await LivePage.open(context, simulator.url);
		assert.equal(await live.page.title(), "yieldcam");
		await name("Gärten / hinten 2");
		for (const page of [live.page, other.page]) {
			await until("the title changes", async () => (await page.title()) === "Gärten / hinten 2");
			assert.equal(await page.locator("h1 #name").innerText(), "Gärten / hinten 2");
		}
		await other.page.close();
		const snapshot = await live.saved(() => live.button("Snapshot").click());
		assert.match(snapshot.name, /^Gärten-hinten-2-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.jpg$/);
		await live.settings("Save and load");
		const settings = await live.saved(() => live.page.getByRole("link", { name: "Export" }).click());
		assert.equal(settings.name, "Gärten-hinten-2.json");
		assert.deepEqual(JSON.parse(settings.content.toString()), {
			version: 1,
			name: "Gärten / hinten 2",
			camera: {},
		});
		await live.page.getByRole("tab", { name: "Use this camera" }).click();
		await live.page.getByLabel("go2rtc").check();
		assert.include(
			await live.page.locator("#fields pre").first().innerText(),
			"streams:\n  garten-hinten-2: http://",
		);
		await live.closeSettings();
		await name("");
		assert.equal(await live.page.title(), "yieldcam");
	});

	it("stays, with the reason, if the device refuses it", async () => {
		await name("Shed");
		await live.settings("Camera");
		// As long in characters as a name may be, and longer in bytes.
		await live.control("Name").fill("ä".repeat(32));
		await live.button("Save").click();
		await live.page.locator("#name-form .error").getByText("name is a text of 1 to 32 bytes").waitFor();
		assert.equal(await live.page.title(), "Shed");
		await live.closeSettings();
		await live.settings("Camera");
		assert.equal(await live.control("Name").inputValue(), "Shed");
	});

	it("is text, whatever it holds", async () => {
		await name("<img src=x onerror=alert(1)>");
		assert.equal(await live.page.locator("h1 img").count(), 0);
		const { name: file } = await live.saved(() => live.button("Snapshot").click());
		assert.match(file, /^img-src-x-onerror-alert-1-\d{4}-/);
	});
});
