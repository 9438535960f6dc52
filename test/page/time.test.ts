import { assert } from "chai";
import type { Browser, BrowserContext } from "playwright-core";
import type { State } from "../../src/state/state.ts";
import { launchChromium } from "../support/chromium.ts";
import { LivePage, until } from "../support/live-page.ts";
import { Simulator } from "../support/simulator.ts";

const VIEWER = { username: "viewer", password: "battery staple" };
const ADMIN = { username: "admin", password: "correct horse" };

describe("the time from the page", function () {
	this.timeout(60_000);
	let simulator: Simulator;
	let browser: Browser;

	before(async function () {
		simulator = await Simulator.start([
			...["--admin-password", ADMIN.password, "--viewer-password", VIEWER.password, "digest=off"],
		]);
		browser = await launchChromium(this);
	});

	after(async () => {
		await browser?.close();
		await simulator?.stop();
	});

	/** Opens the page, and does something once it shows pictures. */
	async function open(
		httpCredentials: { username: string; password: string },
		what: (live: LivePage) => Promise<void>,
	): Promise<void> {
		const context: BrowserContext = await browser.newContext({ httpCredentials });
		const live = await LivePage.open(context, simulator.url);
		await what(live);
		assert.deepEqual(live.complaints, []);
		await context.close();
	}

	async function state({ username, password } = ADMIN): Promise<State> {
		const Authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
		return (await (await fetch(`${simulator.url}/api/state`, { headers: { Authorization } })).json()) as State;
	}

	it("is not that of a viewer, and that of the first admin, which the page shows", async () => {
		await open(VIEWER, async (live) => {
			await live.page.getByText("Running for").waitFor({ state: "attached" });
			await new Promise((resolve) => setTimeout(resolve, 1_500));
		});
		assert.isUndefined((await state()).time);
		await open(ADMIN, async (live) => {
			await until("the device knows the time", async () => (await state()).time !== undefined);
			const { time, timeSource } = await state();
			assert.equal(timeSource, "admin");
			assert.approximately(time!, Date.now() / 1_000, 2);
			await live.page
				.getByText(/, from a browser$/)
				.first()
				.waitFor({ state: "attached" });
			await until("the latency is that of the pictures", async () => {
				const text = await live.page.locator("#latency").innerText();
				return /^\d+ ms$/.test(text) && parseInt(text) < 1_000;
			});
		});
	});
});
