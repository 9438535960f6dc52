import { assert } from "chai";
import type { Browser } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { freePort } from "../support/free-port.ts";
import { LivePage } from "../support/live-page.ts";
import { TypedProgram } from "../support/typed-program.ts";

function main(text: string): string {
	return `import device from "yieldcam/device";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";
import { word } from "./word.ts";

device.serve(() => new Router().get("/", () => new Response(${text})));
`;
}

describe("npm start -- --watch", function () {
	this.timeout(60_000);
	const program = new TypedProgram();

	beforeEach(() => {
		program.write({ "main.ts": main("word"), "word.ts": 'export const word = "one";\n' });
	});

	/** Waits until the program serves again after a change, and returns what it serves. */
	async function served(from: number): Promise<string> {
		const [, url] = await program.prints(/yieldcam is at (\S+)\//, from);
		return (await fetch(url)).text();
	}

	it("starts the program again after each save, of a module too", async () => {
		program.start("--watch");
		assert.equal(await served(0), "one");
		let from = program.output.length;
		program.write({ "word.ts": 'export const word = "three";\n' });
		assert.equal(await served(from), "three");
		from = program.output.length;
		program.write({ "main.ts": main("`${word} fish`") });
		assert.equal(await served(from), "three fish");
		assert.equal(await program.stop(), 0);
	});

	it("prints what is wrong, and starts again once it is right; until it compiles, it runs as before", async () => {
		program.start("--watch");
		assert.equal(await served(0), "one");
		let url = await program.url(),
			word = "one";
		for (const [wrong, complaint] of [
			["export const word: number = 'x';\n", /word\.ts\(1,\d+\): error TS2322/],
			["export const word = ;\n", /word\.ts\(1,\d+\): error TS1109/],
			['import "./nothing.ts";\n', /word\.ts:1 imports \.\/nothing\.ts, and there is no nothing\.ts/],
			['throw new Error("at the start");\n', /yieldcam-sim: Error: at the start\n at .*word\.ts:1/],
		] as const) {
			let from = program.output.length;
			program.write({ "word.ts": wrong.includes("export") ? wrong : `${wrong}export const word = "";\n` });
			await program.prints(complaint, from);
			if (!wrong.includes("throw")) {
				await program.prints(/^yieldcam: the program runs on as it was before$/m, from);
				assert.equal(await (await fetch(url)).text(), word);
			}
			from = program.output.length;
			word = `right after ${wrong.length}`;
			program.write({ "word.ts": `export const word = "${word}";\n` });
			assert.equal(await served(from), word);
			[, url] = await program.prints(/yieldcam is at (\S+)\//, from);
		}
		assert.equal(await program.stop(), 0);
	});

	describe("with an open page", () => {
		let browser: Browser;

		before(async function () {
			browser = await launchChromium(this);
		});

		after(() => browser?.close());

		it("lets the page connect again by itself", async () => {
			program.write({
				"main.ts": `import { App } from "yieldcam/app/app";
import { Camera } from "yieldcam/camera/camera";
import device from "yieldcam/device";
import { Response } from "yieldcam/http/response";
import { word } from "./word.ts";

device.serve(() => {
	const app = new App(new Camera(device.camera), device);
	app.router.get("/word", () => new Response(word));
	return app;
});
`,
			});
			program.start("--watch", "--port", String(await freePort()));
			const live = await LivePage.open(await browser.newContext(), await program.url());
			await live.page.evaluate("document.title = 'the same page'");
			const from = program.output.length;
			program.write({ "word.ts": 'export const word = "three";\n' });
			const [, url] = await program.prints(/yieldcam is at (\S+)\//, from);
			assert.equal(await (await fetch(`${url}/word`)).text(), "three");
			await live.watch(5);
			await live.status("Live");
			assert.equal(await live.page.title(), "the same page");
			assert.deepEqual(live.complaints, []);
		});
	});
});
