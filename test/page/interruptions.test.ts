import { assert } from "chai";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser, BrowserContext } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { hurried } from "../support/faulty-sensor.ts";
import { LivePage } from "../support/live-page.ts";
import { root } from "../support/root.ts";
import { Simulator } from "../support/simulator.ts";

describe("the page, when something is gone,", function () {
	this.timeout(60_000);
	let browser: Browser;
	let context: BrowserContext;

	before(async function () {
		browser = await launchChromium(this);
	});

	after(() => browser?.close());

	beforeEach(async () => {
		context = await browser.newContext();
	});

	afterEach(() => context?.close());

	for (const [signal, what] of [["SIGTERM", "closed in good order"], ["SIGKILL", "cut off"]] as const) {
		it(`says that the connection is lost when it was ${what}, and finds its picture and controls again by itself`, async () => {
			let simulator = await Simulator.start();
			try {
				const live = await LivePage.open(context, simulator.url);
				await live.control("Mirror").waitFor();
				const { port } = simulator;
				simulator.process.kill(signal);
				await simulator.exit;
				await live.status("Connection lost");
				await live.page.getByText("The connection to the camera is lost. Trying again…").waitFor();
				simulator = await Simulator.start(["--port", String(port), "--sensor", "OV5640"]);
				await live.status("Live");
				// Another camera at the same address: its controls are drawn anew.
				await live.control("Noise reduction").waitFor();
				await live.page.locator("#sensor").getByText("OV5640").waitFor();
				await live.control("Mirror").click();
				assert.deepEqual(live.complaints, []);
			}
			finally {
				await simulator.stop();
			}
		});
	}

	it("says why there is no picture when the camera gives none, and shows it when it is back", async () => {
		const simulator = await Simulator.start([], { host: hurried });
		try {
			const live = await LivePage.open(context, simulator.url);
			const { pid } = simulator.process;
			for (const sensor of readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" "))
				process.kill(Number(sensor), "SIGSTOP");
			await live.status("No picture");
			await live.page.locator("#notice").getByText(/^No picture: the camera/).waitFor();
			// The driver is opened anew, and with it a sensor.
			await live.status("Live");
			assert.deepEqual(live.complaints, []);
			await live.page.close();
		}
		finally {
			await simulator.stop();
		}
	});

	// As CameraOpener answers on the board.
	it("says why a camera does not open, as the device tells it", async () => {
		const server = createServer((request, response) => request.url === "/"
			? response.writeHead(200, { "Content-Type": "text/html", "Content-Encoding": "gzip" }).end(readFileSync(join(root, "build/page/page.html.gz")))
			: response.writeHead(503, { "Content-Type": "text/plain" }).end("no known sensor answered on SCCB\n"));
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		try {
			const live = new LivePage(await context.newPage());
			await live.page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
			await live.page.locator("#notice").getByText("No picture: no known sensor answered on SCCB. Trying again…").waitFor();
			await live.status("No picture");
			assert.isTrue(await live.button("Snapshot").isDisabled());
			assert.deepEqual(live.complaints, []);
			await live.page.close();
		}
		finally {
			server.closeAllConnections();
			server.close();
		}
	});
});
