import { assert } from "chai";
import type { Browser, Page } from "playwright-core";
import { get } from "node:http";
import { launchChromium } from "../support/chromium.ts";
import { TypedProgram } from "../support/typed-program.ts";

function main(pin: number): string {
	return `import Digital from "embedded:io/digital";
import PWM from "embedded:io/pwm";
import device from "yieldcam/device";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";

const relay = new Digital({ pin: ${pin}, mode: Digital.Output });
const motor = new PWM({ pin: 5, hz: 50 });
new Digital({
	pin: 6,
	mode: Digital.InputPullUp,
	edge: Digital.Falling | Digital.Rising,
	onReadable() {
		relay.write(this.read() === 0);
		motor.write(this.read() === 0 ? 2 ** motor.resolution / 4 : 0);
	},
});
device.serve(() => new Router().get("/", () => new Response("fine")));
`;
}

describe("the page of the pins", function () {
	this.timeout(60_000);
	const program = new TypedProgram();
	let browser: Browser;

	before(async function () {
		browser = await launchChromium(this);
	});

	after(() => browser?.close());

	/** Starts the program, and returns the address of the page. */
	async function start(...args: string[]): Promise<string> {
		program.write({ "main.ts": main(4) });
		program.start("--pins-page", "0", ...args);
		return (await program.prints(/^The pins are at (\S+)$/m))[1];
	}

	function row(page: Page, pin: number, state: string): Promise<void> {
		return page
			.locator("tr", { has: page.locator("th", { hasText: `${pin}` }) })
			.getByText(state)
			.waitFor();
	}

	it("shows the pins in use, drives inputs, and shows what the program makes of that", async () => {
		const page = await browser.newPage();
		const complaints: string[] = [];
		page.on("pageerror", ({ message }) => complaints.push(message));
		await page.goto(await start());
		await row(page, 4, "output 0");
		await row(page, 5, "PWM, 50 Hz, 0.00 % high");
		await row(page, 6, "input 1 pull-up");
		assert.deepEqual(await page.locator("tbody th").allInnerTexts(), ["2", "4", "5", "6"]);
		await page.getByLabel("GPIO 6 low").click();
		await row(page, 4, "output 1");
		await row(page, 5, "PWM, 50 Hz, 25.00 % high");
		await page.getByLabel("GPIO 6 released").click();
		await row(page, 4, "output 0");
		assert.isTrue(await page.getByLabel("GPIO 4 low").isDisabled());
		assert.deepEqual(complaints, []);
	});

	it("shows those of the program as it is after an edit, with --watch", async () => {
		const page = await browser.newPage();
		await page.goto(await start("--watch"));
		await row(page, 4, "output 0");
		program.write({ "main.ts": main(7) });
		await row(page, 7, "output 0");
		assert.deepEqual(await page.locator("tbody th").allInnerTexts(), ["2", "5", "6", "7"]);
		assert.equal(await program.stop(), 0);
		await page.getByText("The simulator has ended.").waitFor();
	});

	it("obeys no page of another site, and no name that points here", async () => {
		const url = await start();
		const drive = (headers = {}, command = "6%200"): Promise<number> =>
			new Promise((resolve, reject) =>
				get(`${url}drive?${command}`, { method: "POST", headers }, (response) => {
					response.resume();
					resolve(response.statusCode!);
				}).on("error", reject),
			);
		await program.url();
		assert.equal(await drive(), 204);
		assert.equal(await drive({ Origin: url.slice(0, -1) }), 204);
		assert.equal(await drive({ Origin: "http://elsewhere.example" }), 403);
		assert.equal(await drive({ Host: "elsewhere.example" }), 403);
		assert.equal(await drive({}, "6%202"), 400);
		assert.equal(await drive({}, "6%200%0A7%201"), 400);
		assert.equal((await fetch(`${url}nothing`)).status, 404);
	});
});
