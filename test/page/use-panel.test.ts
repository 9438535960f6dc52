import { assert } from "chai";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { decode, ffmpegProgram } from "../support/ffmpeg.ts";
import { LivePage } from "../support/live-page.ts";
import { scan } from "../support/qr-scanner.ts";
import { Simulator } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const PASSWORD = "a good password";

describe("the page's addresses for other programs", function () {
	this.timeout(60_000);
	const folder = temporaryFolder();
	let simulator: Simulator;
	let browser: Browser;
	let context: BrowserContext;
	let live: LivePage;

	before(async function () {
		simulator = await Simulator.start(["--admin-password", PASSWORD]);
		browser = await launchChromium(this);
	});

	after(async () => {
		await browser?.close();
		await simulator?.stop();
	});

	beforeEach(async () => {
		context = await browser.newContext({ httpCredentials: { username: "admin", password: PASSWORD } });
		// Headless, the browser has no clipboard of its own.
		await context.addInitScript(
			`Object.defineProperty(navigator, "clipboard", { configurable: true, value: { async writeText(text) { window.copied = text; } } })`,
		);
		live = await LivePage.open(context, simulator.url);
		await live.button("Use this camera").click();
		await live.button(/^(Make|Replace)/).waitFor();
	});

	afterEach(async () => {
		assert.deepEqual(live.complaints, []);
		await context.close();
	});

	async function programs(): Promise<string[]> {
		return live.page.locator("#programs label").allInnerTexts();
	}

	async function texts(program: string): Promise<string[]> {
		await live.page.locator("#programs").getByLabel(program, { exact: true }).check();
		return live.page.locator("#fields pre").allInnerTexts();
	}

	it("are there for each, in its own form, and need no password once there is a token", async () => {
		await live.button("Make a token").click();
		await live.button("Revoke the token").waitFor();
		const all = await programs();
		assert.includeMembers(all, [
			"VLC",
			"Home Assistant",
			"OctoPrint",
			"Mainsail",
			"go2rtc",
			"Frigate",
			"ffmpeg",
			"OpenCV",
		]);
		for (const program of all.filter((name) => name !== "Browser")) {
			const own = (await texts(program)).join("\n").match(new RegExp(`${simulator.url}/[^\\s"#]*`, "g"));
			assert.isNotEmpty(own, program);
			for (const address of own!) {
				const response = await fetch(address);
				assert.equal(response.status, 200, `${program}: ${address}`);
				assert.match(response.headers.get("content-type")!, /^(image\/jpeg|multipart\/x-mixed-replace)/);
				await response.body!.cancel();
			}
		}
		const token = /token=([0-9a-f]{32})/.exec((await texts("VLC"))[0])![1];
		assert.deepEqual(await texts("Browser"), [`${simulator.url}/`]);
		assert.deepEqual(await texts("Home Assistant"), [
			`${simulator.url}/stream?token=${token}`,
			`${simulator.url}/capture?token=${token}`,
		]);
		assert.deepEqual(await texts("Mainsail"), [
			`${simulator.url}/?action=stream&token=${token}`,
			`${simulator.url}/?action=snapshot&token=${token}`,
		]);
		assert.equal((await texts("go2rtc"))[0], `streams:\n  camera: ${simulator.url}/stream?token=${token}`);
	});

	it("are those of RTSP, too, with the place for a password, and at the port that the device has", async () => {
		const { rtspPort } = (await (
			await fetch(`${simulator.url}/api/state`, {
				headers: { Authorization: `Basic ${btoa(`admin:${PASSWORD}`)}` },
			})
		).json()) as { rtspPort: number };
		assert.match(simulator.output, new RegExp(`RTSP at rtsp://127.0.0.1:${rtspPort}/`));
		const address = `rtsp://admin:PASSWORD@127.0.0.1:${rtspPort}/`;
		for (const [program, text] of [
			["VLC", address],
			["go2rtc", `streams:\n  camera: ${address}`],
			["ffmpeg", `ffmpeg -i "${address}" -t 10 camera.mp4`],
		])
			assert.equal((await texts(program)).at(-1), text);
		assert.include((await texts("Frigate")).at(-1), `camera: "ffmpeg:${address}#video=h264#hardware"`);
		assert.lengthOf(await texts("OctoPrint"), 2, "it reads no RTSP");
		await texts("VLC");
		await live.button("Copy: RTSP").click();
		await live.page
			.locator("#copy-result")
			.getByText("Copied. Write the password where it says PASSWORD.")
			.waitFor();
		assert.equal(await live.page.evaluate("copied"), address);
	});

	it("are commands of RTSP that ffmpeg runs", async function () {
		const ffmpeg = ffmpegProgram(this);
		const [, , command] = await texts("ffmpeg");
		const [, url] = /^ffmpeg -i "([^"]*)" -t 10 camera.mp4$/.exec(command)!;
		const { size } = await decode(ffmpeg, 1, "-i", url.replace("PASSWORD", encodeURIComponent(PASSWORD)));
		assert.equal(size, "320x240");
	});

	it("are commands that ffmpeg runs", async function () {
		const ffmpeg = ffmpegProgram(this);
		await live.page.locator("#programs").getByLabel("ffmpeg").check();
		for (const [field, file] of [
			["Record", "camera.mp4"],
			["One picture", "camera.jpg"],
		] as const) {
			await live.button(`Copy: ${field}`).click();
			await live.page.locator("#copy-result").getByText("Copied.").waitFor();
			const command = await live.page.evaluate<string>("copied");
			const [, url, rest] = /^ffmpeg -i "([^"]*)" (.*)$/.exec(command)!;
			assert.isTrue(rest.endsWith(file), command);
			const { size } = await decode(ffmpeg, 1, "-i", url);
			assert.equal(size, "320x240");
			assert.isFalse(existsSync(join(folder.path, file)));
		}
	});

	for (const colorScheme of ["light", "dark"] as const)
		for (const [width, height] of [
			[390, 844],
			[1280, 800],
		] as const)
			it(`have a code that a phone reads, in the ${colorScheme} theme, ${width} pixels wide`, async () => {
				await live.page.emulateMedia({ colorScheme });
				await live.page.setViewportSize({ width, height });
				for (const program of await programs()) {
					const [text] = await texts(program);
					const [address] = /http:[^\s"#]*/.exec(text)!;
					assert.equal(await scan(await live.page.locator("#qr").screenshot()), address, program);
				}
			});

	it("copy without the clipboard that browsers give to pages with HTTPS only", async () => {
		await live.page.evaluate(`
			Object.defineProperty(navigator, "clipboard", { value: undefined });
			document.execCommand = (command) => { window.copied = command + " " + getSelection().toString(); return true; };
		`);
		await texts("Browser");
		await live.button("Copy: Address").click();
		await live.page.locator("#copy-result").getByText("Copied.").waitFor();
		assert.equal(await live.page.evaluate("copied"), `copy ${simulator.url}/`);
	});

	it("remember which program was chosen", async () => {
		await texts("OctoPrint");
		await live.page.reload();
		await live.button("Use this camera").click();
		assert.isTrue(await live.page.locator("#programs").getByLabel("OctoPrint").isChecked());
		assert.lengthOf(await live.page.locator("#fields pre").allInnerTexts(), 2);
	});
});

describe("the page's addresses for other programs, for a viewer,", function () {
	this.timeout(60_000);

	it("have the place for the viewer's password, except where nobody can write it", async function () {
		const simulator = await Simulator.start(["--admin-password", PASSWORD, "--viewer-password", `${PASSWORD} too`]);
		let browser: Browser | undefined;
		try {
			browser = await launchChromium(this);
			const context = await browser.newContext({
				httpCredentials: { username: "viewer", password: `${PASSWORD} too` },
			});
			const live = await LivePage.open(context, simulator.url);
			await live.button("Use this camera").click();
			const shown = live.page.locator("#fields pre"),
				signed = simulator.url.replace("://", "://viewer:PASSWORD@");
			const choose = (program: string): Promise<void> =>
				live.page.locator("#programs").getByLabel(program, { exact: true }).check();
			await choose("Home Assistant");
			await shown.getByText(`${signed}/stream`).waitFor();
			assert.deepEqual(await shown.allInnerTexts(), [`${signed}/stream`, `${signed}/capture`]);
			assert.equal(
				await live.page.locator("#qr").getAttribute("aria-label"),
				`QR code of ${simulator.url}/stream`,
			);
			await choose("OctoPrint");
			assert.deepEqual(await shown.allInnerTexts(), [`${signed}/?action=stream`, `${signed}/?action=snapshot`]);
			await choose("Browser");
			assert.deepEqual(await shown.allInnerTexts(), [`${simulator.url}/`]);
			await choose("Web page");
			assert.deepEqual(await shown.allInnerTexts(), [`<img src="${simulator.url}/stream" alt="Live picture">`]);
			await choose("OpenCV");
			await live.button("Copy: Capture").click();
			await live.page.locator("#copy-result").getByText("Write the password where it says PASSWORD.").waitFor();
			assert.deepEqual(live.complaints, []);
			await context.close();
		} finally {
			await browser?.close();
			await simulator.stop();
		}
	});
});
