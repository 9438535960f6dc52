import { assert } from "chai";
import { launch } from "puppeteer-core";
import { until } from "../support/live-page.ts";
import { Simulator } from "../support/simulator.ts";
import { findProgram } from "../support/tools.ts";
import { WebKit } from "../support/web-kit.ts";

/** A browser other than Chromium, as far as these tests need it. */
interface Engine {
	goto(url: string): Promise<unknown>;
	evaluate<Value>(expression: string): Promise<Value>;
	close(): Promise<void>;
}

async function firefox(): Promise<Engine | undefined> {
	const executablePath = findProgram("firefox-esr") ?? findProgram("firefox");
	if (executablePath === undefined) return undefined;
	const browser = await launch({ browser: "firefox", executablePath, headless: true });
	const page = await browser.newPage();
	return {
		goto: (url) => page.goto(url, { waitUntil: "domcontentloaded" }),
		evaluate: <Value>(expression: string) => page.evaluate(expression) as Promise<Value>,
		close: () => browser.close(),
	};
}

for (const [name, launchEngine, packages] of [
	["Firefox", firefox, "firefox-esr"],
	// All browsers on iPhones and iPads are.
	["WebKit", () => WebKit.launch() as Promise<Engine | undefined>, "webkit2gtk-driver xvfb"],
] as const) {
	describe(`the page in ${name}`, function () {
		this.timeout(60_000);
		let simulator: Simulator;
		let engine: Engine | undefined;

		before(async function () {
			engine = await launchEngine();
			if (!engine) {
				console.log(`    skipped, since it is not installed; this enables it: apt-get install ${packages}`);
				return this.skip();
			}
			simulator = await Simulator.start();
			await engine.goto(simulator.url);
		});

		after(async () => {
			await engine?.close();
			await simulator?.stop();
		});

		function text(id: string): Promise<string> {
			return engine!.evaluate<string>(`document.getElementById("${id}").textContent`);
		}

		/** The color of the canvas in its top left corner, where the test card's wheels are. */
		function corner(): Promise<number[]> {
			return engine!.evaluate<number[]>(`(() => {
				const canvas = document.getElementById("canvas");
				const { data } = canvas.getContext("2d").getImageData(canvas.width / 20, canvas.height / 20, canvas.width / 6, canvas.height / 6);
				const sum = [0, 0, 0];
				data.forEach((value, i) => { if (i % 4 < 3) sum[i % 4] += value; });
				return sum.map((value) => 4 * value / data.length);
			})()`);
		}

		it("is live, with its controls, size, rate and latency", async () => {
			await until("it is live", async () => (await text("status-text")) === "Live");
			await until(
				"it measures",
				async () =>
					/^[\d.]+ fps$/.test(await text("fps")) &&
					Number.parseFloat(await text("fps")) > 5 &&
					/^\d+ ms$/.test(await text("latency")),
			);
			assert.equal(await text("size"), "320×240");
			assert.isAbove(await engine!.evaluate<number>(`document.querySelectorAll(".control").length`), 20);
			assert.equal(await text("controls-error"), "");
		});

		it("mirrors the picture", async () => {
			await engine!.evaluate(`document.getElementById("control-mirror").click()`);
			// The red wheel is on the right now, the yellow one on the left.
			await until("it is mirrored", async () => {
				const [red, green, blue] = (await corner()) as [number, number, number];
				return green > (red + blue) / 2;
			});
		});

		it("ends the stream when it is paused, and continues", async () => {
			await engine!.evaluate(`document.getElementById("pause").click()`);
			const viewers = async () =>
				((await (await fetch(`${simulator.url}/api/state`)).json()) as { viewers: unknown[] }).viewers.length;
			await until("nobody watches", async () => (await viewers()) === 0);
			assert.equal(await text("status-text"), "Paused");
			await engine!.evaluate(`document.getElementById("pause").click()`);
			await until("it is live", async () => (await text("status-text")) === "Live" && (await viewers()) === 1);
		});
	});
}
