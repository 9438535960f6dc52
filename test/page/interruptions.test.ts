import { assert } from "chai";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Browser, BrowserContext } from "playwright-core";
import { childProcesses } from "../support/child-processes.ts";
import { launchChromium } from "../support/chromium.ts";
import { folderProxy } from "../support/folder-proxy.ts";
import { FaultySensor, HURRIED } from "../support/faulty-sensor.ts";
import { LivePage, until } from "../support/live-page.ts";
import { MjpegClient } from "../support/mjpeg-client.ts";
import { root } from "../support/root.ts";
import { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describe("the page, if something fails,", function () {
	this.timeout(60_000);
	const folder = temporaryFolder();
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

	for (const [signal, what] of [
		["SIGTERM", "closed in good order"],
		["SIGKILL", "cut off"],
	] as const) {
		it(`reports that the connection is lost when it was ${what}, and restores its picture and controls by itself`, async () => {
			let simulator = await Simulator.start();
			try {
				const live = await LivePage.open(context, simulator.url);
				await live.control("Mirror").waitFor();
				const { port } = simulator;
				simulator.process.kill(signal);
				await simulator.exit;
				await live.status("Connection lost");
				await live.page
					.locator("#notice")
					.getByText("The connection to the camera is lost. Trying again…")
					.waitFor();
				simulator = await Simulator.start(["--port", String(port), "--sensor", "OV5640"]);
				await live.status("Live");
				// Another camera at the same address: the page draws its controls again.
				await live.control("Noise reduction").waitFor();
				await live.page.locator("#sensor").getByText("OV5640").waitFor();
				await live.control("Mirror").click();
				assert.deepEqual(live.complaints, []);
			} finally {
				await simulator.stop();
			}
		});
	}

	it("says so if its stream does not come, although the device answers, and recovers", async () => {
		const simulator = await Simulator.start();
		let holding = true;
		const proxy = await folderProxy(simulator.url, "", (path) => holding && path.startsWith("/api/stream"));
		try {
			const live = new LivePage(await context.newPage());
			await live.page.goto(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}/`);
			await live.page
				.locator("#notice")
				.getByText(/^The camera answers, but its picture does not arrive\. A proxy in between may/)
				.waitFor();
			await live.status("No picture");
			holding = false;
			proxy.closeAllConnections();
			await live.status("Live");
			await live.control("Mirror").waitFor();
			await until("nothing more is said", async () => (await live.text("status-detail")) === "");
			assert.deepEqual(live.complaints, []);
			await live.page.close();
		} finally {
			proxy.closeAllConnections();
			proxy.close();
			await simulator.stop();
		}
	});

	it("reports why there is no picture if the camera gives none, and shows it when it is back", async () => {
		const simulator = await Simulator.start([], { host: ["--camera-patience", "400", "--camera-restart", "3000"] });
		try {
			const live = await LivePage.open(context, simulator.url);
			for (const sensor of childProcesses(simulator.process.pid!)) process.kill(sensor, "SIGSTOP");
			await live.status("No picture");
			assert.isTrue(await live.button("Record").isDisabled());
			await live.page
				.locator("#notice")
				.getByText(/^No picture: the camera/)
				.waitFor();
			// The driver opens again, and with it a sensor.
			await live.status("Live");
			assert.deepEqual(live.complaints, []);
			await live.page.close();
		} finally {
			await simulator.stop();
		}
	});

	for (const [name, said] of [
		["camera-truncated", "the camera sends broken frames (no end of image)"],
		[
			"sensor-nack",
			"the camera could not be restarted (0x105): no known sensor answered on SCCB; check the pins for this board, the ribbon cable and the camera's power",
		],
	] as const) {
		it(`reports the camera's fault, and shows the picture when it is over: ${name}`, async () => {
			const simulator = await Simulator.start(["--fault", `${name}@signal`], { host: HURRIED });
			try {
				const live = await LivePage.open(context, simulator.url);
				simulator.process.kill("SIGUSR2");
				await live.status("No picture");
				await live.page.locator("#notice").getByText(`No picture: ${said}`).waitFor();
				simulator.process.kill("SIGUSR2");
				await live.status("Live");
				await live.watch(5);
				assert.isTrue(await live.page.locator("#notice").isHidden());
				assert.deepEqual(live.complaints, []);
				await live.page.close();
			} finally {
				await simulator.stop();
			}
		});
	}

	it("reports why a camera does not open, and shows its picture and controls as soon as it does", async () => {
		const simulator = await Simulator.start(["--fault", "sensor-nack@0s+3s"]);
		try {
			const live = new LivePage(await context.newPage());
			await live.page.goto(simulator.url);
			await live.page
				.locator("#notice")
				.getByText("No picture: camera init failed (0x105): no known sensor answered on SCCB")
				.waitFor();
			await live.status("No picture");
			await live.status("Live");
			await live.control("Mirror").click();
			assert.isTrue(await live.page.locator("#notice").isHidden());
			assert.deepEqual(live.complaints, []);
			await live.page.close();
		} finally {
			await simulator.stop();
		}
	});

	// As withoutCamera answers on the board.
	it("reports the device's reason why a camera does not open, and asks again on request", async () => {
		const asked: number[] = [];
		const server = createServer((request, response) => {
			if (request.url === "/")
				return response
					.writeHead(200, { "Content-Type": "text/html", "Content-Encoding": "gzip" })
					.end(readFileSync(join(root, "build/page/page.html.gz")));
			if (request.url?.startsWith("/api/stream")) asked.push(performance.now());
			return response
				.writeHead(503, { "Content-Type": "text/plain", "Retry-After": "1" })
				.end("no known sensor answered on SCCB\n");
		});
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		try {
			const live = new LivePage(await context.newPage());
			await live.page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
			await live.page
				.locator("#notice")
				.getByText("No picture: no known sensor answered on SCCB. Trying again…")
				.waitFor();
			await live.status("No picture");
			assert.isTrue(await live.button("Snapshot").isDisabled());
			await until("it has asked five times", async () => asked.length >= 5);
			// By itself it would wait 0.5, 1, 2, 4 s.
			assert.isBelow(asked[4] - asked[3], 2.5 * (asked[2] - asked[1]));
			assert.deepEqual(live.complaints, []);
			await live.page.close();
		} finally {
			server.closeAllConnections();
			server.close();
		}
	});

	it("says within a second or so that the picture stands still, before the device knows", async () => {
		const simulator = await Simulator.start();
		const sensors = (signal: "SIGSTOP" | "SIGCONT"): void => {
			for (const sensor of childProcesses(simulator.process.pid!)) process.kill(sensor, signal);
		};
		try {
			const live = await LivePage.open(context, simulator.url);
			await live.watch(5);
			sensors("SIGSTOP");
			// The device reports it after four seconds, as "No picture".
			await live.status("Stalled");
			sensors("SIGCONT");
			await live.status("Live");
		} finally {
			sensors("SIGCONT");
			await simulator.stop();
		}
	});

	it("tries again at once on request", async () => {
		let simulator = await Simulator.start();
		try {
			const live = await LivePage.open(context, simulator.url);
			assert.isFalse(await live.button("Try now").isVisible());
			const { port } = simulator;
			await simulator.stop();
			await live.status("Connection lost");
			// Without the button it would never try again.
			await live.page.evaluate("window.setTimeout = () => 0");
			await pause(3_000);
			simulator = await Simulator.start(["--port", String(port)]);
			await live.button("Try now").click();
			await live.status("Live");
			assert.isFalse(await live.button("Try now").isVisible());
		} finally {
			await simulator.stop();
		}
	});

	it("notices a device that vanished without a FIN, and one that came back", async () => {
		const simulator = await Simulator.start();
		try {
			const live = await LivePage.open(context, simulator.url);
			simulator.process.kill("SIGSTOP");
			await live.status("Connection lost");
			simulator.process.kill("SIGCONT");
			await live.status("Live");
			await live.watch(5);
			assert.deepEqual(live.complaints, []);
		} finally {
			simulator.process.kill("SIGCONT");
			await simulator.stop();
		}
	});

	it("does not call a picture live before there is one again", async () => {
		const simulator = await Simulator.start();
		try {
			const live = await LivePage.open(context, simulator.url);
			await live.button("Pause").click();
			await live.status("Paused");
			simulator.process.kill("SIGSTOP");
			await live.button("Resume").click();
			await live.status("Connecting…");
			simulator.process.kill("SIGCONT");
			await live.status("Live");
		} finally {
			simulator.process.kill("SIGCONT");
			await simulator.stop();
		}
	});

	describe("and all places for streams are taken,", () => {
		const PASSWORDS = { admin: "a good password", viewer: "another password" };
		let simulator: Simulator;
		let viewers: MjpegClient[];

		async function takeAll(fields = ""): Promise<void> {
			viewers = Array.from({ length: 10 }, () => new MjpegClient(simulator.url, { fields }));
			await Promise.all(viewers.map((viewer) => viewer.until(1)));
		}

		beforeEach(async () => {
			simulator = await Simulator.start();
		});

		afterEach(async () => {
			viewers.forEach((viewer) => viewer.close());
			await simulator.stop();
		});

		it("shows a picture each second, all controls and their changes, and is live as soon as there is a place", async () => {
			await takeAll();
			const live = new LivePage(await context.newPage());
			await live.page.goto(simulator.url);
			await live.status("Stills");
			await live.page.locator("#notice").getByText("10 are watching").waitFor();
			await live.watch(3);
			await live.unfold();
			await live.control("Mirror").click();
			await live.control("Contrast").waitFor();
			assert.isTrue(await live.control("Mirror").isChecked());
			assert.isTrue(await live.button("Record").isDisabled());
			// Somebody else changes something.
			assert.equal((await fetch(`${simulator.url}/control?var=vflip&val=1`)).status, 200);
			await until("the page shows that", () => live.control("Flip").isChecked());
			viewers.splice(0, 3).forEach((viewer) => viewer.close());
			await live.status("Live");
			assert.deepEqual(live.complaints, []);
		});

		it("shows the changes of controls also while it is paused", async () => {
			await takeAll();
			const live = new LivePage(await context.newPage());
			await live.page.goto(simulator.url);
			await live.status("Stills");
			await live.button("Pause").click();
			await live.status("Paused");
			const before = await live.picture();
			await fetch(`${simulator.url}/control?var=vflip&val=1`);
			await until("the page shows that", () => live.control("Flip").isChecked());
			assert.equal((await live.picture()).difference(before), 0);
			assert.deepEqual(live.complaints, []);
		});

		it("lets a viewer who has signed in change nothing", async () => {
			await takeAll();
			viewers.forEach((viewer) => viewer.close());
			const set = await fetch(`${simulator.url}/api/access`, {
				method: "PUT",
				headers: { "Content-Type": "application/json" },
				body: JSON.stringify(PASSWORDS),
			});
			assert.equal(set.status, 200);
			await takeAll(`Authorization: Basic ${btoa(`admin:${PASSWORDS.admin}`)}\r\n`);
			const signedIn = await browser.newContext({
				httpCredentials: { username: "viewer", password: PASSWORDS.viewer },
			});
			const live = new LivePage(await signedIn.newPage());
			await live.page.goto(simulator.url);
			await live.status("Stills");
			await live.page.getByText("You are signed in as viewer. To change something").waitFor();
			await live.control("Mirror").waitFor();
			for (const control of [live.control("Mirror"), live.control("Contrast"), live.button("Rotate")])
				assert.isTrue(await control.isDisabled());
			await signedIn.close();
		});
	});

	it("reports that the stream is refused, with the device's reason, and takes the first free slot", async () => {
		const simulator = await Simulator.start();
		try {
			const live = new LivePage(await context.newPage());
			await live.page.route(/\/api\/stream/, (route) =>
				route.fulfill({ status: 503, body: "too many connections\n" }),
			);
			await live.page.goto(simulator.url);
			await live.page.locator("#notice").getByText("No picture: too many connections. Trying again…").waitFor();
			await live.page.unroute(/\/api\/stream/);
			await live.status("Live");
		} finally {
			await simulator.stop();
		}
	});

	it("reports that the pictures are damaged if none can be decoded", async () => {
		// Whole by their markers, and nothing in between.
		const simulator = await Simulator.start([], {
			sensor: new FaultySensor(join(folder.path, "log"), "good").command,
		});
		try {
			const live = new LivePage(await context.newPage());
			await live.page.goto(simulator.url);
			await live.page.locator("#notice").getByText("No picture: the pictures are damaged").waitFor();
		} finally {
			await simulator.stop();
		}
	});
});
