import { assert } from "chai";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { LivePage, until } from "../support/live-page.ts";
import { Simulator } from "../support/simulator.ts";

const PASSWORD = "a good password";
const ADMIN = { Authorization: `Basic ${btoa(`admin:${PASSWORD}`)}` };

describe("the page and its passwords", function () {
	this.timeout(60_000);
	let browser: Browser;
	let simulator: Simulator;

	before(async function () {
		browser = await launchChromium(this);
	});

	after(() => browser?.close());

	beforeEach(async () => {
		simulator = await Simulator.start();
	});

	afterEach(() => simulator.stop());

	const line = "No password: anybody who opens this page may watch and change everything.";

	it("reports that there is none, and sets one, which it then asks for", async () => {
		const context = await browser.newContext();
		const live = await LivePage.open(context, simulator.url);
		await live.page.getByText(line).waitFor();
		await live.button("Set a password").click();
		// The keyboard is where the password goes.
		await live.page.keyboard.type(PASSWORD);
		const reloaded = live.page.waitForEvent("framenavigated");
		await live.button("Set password").click();
		await reloaded;
		assert.equal((await fetch(`${simulator.url}/status`)).status, 401);
		assert.equal((await fetch(`${simulator.url}/status`, { headers: ADMIN })).status, 200);
		await context.close();
	});

	it("lets a viewer change nothing, and says how to sign in as admin", async () => {
		const set = await fetch(`${simulator.url}/api/access`, {
			method: "PUT",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ admin: PASSWORD, viewer: "another password" }),
		});
		assert.equal(set.status, 200);
		const context = await browser.newContext({
			httpCredentials: { username: "viewer", password: "another password" },
		});
		const preset = { name: "Garden", sensor: "OV2640", values: { contrast: 1 } };
		await context.addInitScript(
			`localStorage.setItem("yieldcam.presets", ${JSON.stringify(JSON.stringify({ version: 1, presets: [preset] }))})`,
		);
		const live = await LivePage.open(context, simulator.url);
		await live.page.getByText("You are signed in as viewer. To change something").waitFor();
		assert.equal(
			await live.page.getByRole("link", { name: "sign in as admin" }).getAttribute("href"),
			`${simulator.url.replace("//", "//admin@")}/`,
		);
		for (const control of [
			live.control("Mirror"),
			live.control("Contrast"),
			live.button("All to default"),
			live.button("Night"),
			live.button("Garden"),
			live.button("Save as preset…"),
		])
			assert.isTrue(await control.isDisabled());
		assert.isTrue(await live.button("Pause").isEnabled());
		await live.button("Manage presets…").click();
		assert.isTrue(await live.button("Replace Garden…").isDisabled());
		await context.close();
	});

	it("copies an address that shows the stream on a dashboard elsewhere, until the token is revoked", async () => {
		const set = await fetch(`${simulator.url}/api/access`, {
			method: "PUT",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ admin: PASSWORD }),
		});
		assert.equal(set.status, 200);
		const context = await browser.newContext({ httpCredentials: { username: "admin", password: PASSWORD } });
		// Headless, the browser has no clipboard of its own.
		await context.addInitScript(
			`Object.defineProperty(navigator, "clipboard", { value: { async writeText(text) { window.copied = text; } } })`,
		);
		const live = await LivePage.open(context, simulator.url);
		await live.button("Use this camera").click();
		await live.page.getByLabel("VLC").check();
		await live.button("Copy: Network URL").click();
		await live.page.locator("#copy-result").getByText("Copied.", { exact: true }).waitFor();
		const address = await live.page.evaluate<string>("copied");
		assert.match(address, new RegExp(`^${simulator.url}/stream\\?token=[0-9a-f]{32}$`));
		await context.close();

		const dashboard = createServer((_, response) => {
			response.setHeader("Content-Type", "text/html");
			response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
			response.end(`<!doctype html><img src="${address}">`);
		}).listen(0, "127.0.0.1");
		await once(dashboard, "listening");
		const other = await browser.newContext();
		try {
			const page = await other.newPage();
			await page.goto(`http://127.0.0.1:${(dashboard.address() as AddressInfo).port}/`, { waitUntil: "commit" });
			await until("the picture is shown", () =>
				page.evaluate<boolean>(`document.querySelector("img")?.naturalWidth === 320`),
			);
			const revoked = await fetch(`${simulator.url}/api/access/pictures`, { method: "DELETE", headers: ADMIN });
			assert.equal(revoked.status, 204);
			await until("the stream has ended", async () => {
				const state = await fetch(`${simulator.url}/status`, { headers: ADMIN });
				return ((await state.json()) as { viewers: unknown[] }).viewers.length === 0;
			});
			assert.equal((await fetch(address)).status, 401);
			assert.notInclude(simulator.output + simulator.errors, address.split("token=")[1]);
		} finally {
			await other.close();
			dashboard.closeAllConnections();
			dashboard.close();
		}
	});

	it("shows the admin whether there is a token for pictures, replaces it and revokes it", async () => {
		const set = await fetch(`${simulator.url}/api/access`, {
			method: "PUT",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ admin: PASSWORD, viewer: `${PASSWORD} too` }),
		});
		assert.equal(set.status, 200);
		const context = await browser.newContext({ httpCredentials: { username: "admin", password: PASSWORD } });
		const live = await LivePage.open(context, simulator.url);
		const token = live.page.locator("#token-text"),
			result = live.page.locator("#copy-result");
		const tokenNow = async (): Promise<string | null> => {
			const access = await fetch(`${simulator.url}/api/access`, { headers: ADMIN });
			return ((await access.json()) as { pictures: string | null }).pictures;
		};
		const shows = async (secret: string | null): Promise<number> =>
			(await fetch(`${simulator.url}/capture?token=${secret}`)).status;

		await live.button("Use this camera").click();
		await token.getByText("There is no token for picture addresses.").waitFor();
		assert.isFalse(await live.button("Revoke the token").isVisible());
		await live.button("Make a token").click();
		await result.getByText("There is a new token.").waitFor();
		await token.getByText("There is a token for picture addresses").waitFor();
		const first = await tokenNow();
		assert.equal(await shows(first), 200);

		await live.button("Replace the token").click();
		await result.getByText("The token is replaced: addresses with the old one show nothing.").waitFor();
		const second = await tokenNow();
		assert.deepEqual([await shows(first), await shows(second)], [401, 200]);

		const stream = await fetch(`${simulator.url}/stream?token=${second}`);
		const ended = stream.arrayBuffer().then(
			() => true,
			() => true,
		);
		await live.button("Revoke the token").click();
		await result.getByText("The token is revoked: addresses with it show nothing.").waitFor();
		await token.getByText("There is no token for picture addresses.").waitFor();
		assert.isFalse(await live.button("Revoke the token").isVisible());
		assert.equal(await live.page.evaluate<string>("document.activeElement.id"), "make-token");
		assert.isNull(await tokenNow());
		assert.equal(await shows(second), 401);
		assert.isTrue(await ended);

		// Somebody else makes one: the page sees it when it is looked at again, and when it copies the address.
		await fetch(`${simulator.url}/api/access/pictures`, { method: "POST", headers: ADMIN });
		await live.settings("Account");
		await live.settings("Use this camera");
		await live.button("Revoke the token").waitFor();
		assert.deepEqual(live.complaints, []);
		await context.close();

		const viewer = await browser.newContext({
			httpCredentials: { username: "viewer", password: `${PASSWORD} too` },
		});
		const seen = await LivePage.open(viewer, simulator.url);
		await seen.button("Use this camera").click();
		await seen.page.getByLabel("VLC").check();
		await seen.button("Copy: Network URL").click();
		await seen.page.locator("#copy-result").getByText("Write the password where it says PASSWORD.").waitFor();
		// Browsers take no password in the address of an image.
		await seen.page.getByLabel("Web page").check();
		await seen.button("Copy: HTML").click();
		await seen.page
			.locator("#copy-result")
			.getByText("It asks for the password: only the admin can copy an address with a token.")
			.waitFor();
		assert.isFalse(await seen.page.locator("#token").isVisible());
		await viewer.close();
	});

	it("says that a token cannot be changed if the device does not answer", async () => {
		await fetch(`${simulator.url}/api/access`, {
			method: "PUT",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ admin: PASSWORD }),
		});
		const context = await browser.newContext({ httpCredentials: { username: "admin", password: PASSWORD } });
		const live = await LivePage.open(context, simulator.url);
		await live.button("Use this camera").click();
		await live.button("Make a token").waitFor();
		await live.page.route("**/api/access/pictures", (route) => route.abort());
		await live.button("Make a token").click();
		await live.page.locator("#copy-result").getByText("the camera does not answer").waitFor();
		await live.page.locator("#token-text").getByText("There is no token").waitFor();
		await context.close();
	});

	it("works for an admin, and says what a viewer may not do", async () => {
		const set = await fetch(`${simulator.url}/api/access`, {
			method: "PUT",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ admin: PASSWORD, viewer: `${PASSWORD} too` }),
		});
		assert.equal(set.status, 200);
		for (const [username, secret] of [
			["admin", PASSWORD],
			["viewer", `${PASSWORD} too`],
		] as const) {
			const context = await browser.newContext({ httpCredentials: { username, password: secret } });
			const sent: Promise<string>[] = [];
			context.on(
				"requestfinished",
				(request) =>
					void sent.push(request.allHeaders().then((fields) => fields["authorization"]?.split(" ")[0] ?? "")),
			);
			const live = await LivePage.open(context, simulator.url);
			assert.equal(await live.watch(3), "320x240");
			assert.include(await Promise.all(sent), "Digest");
			assert.notInclude(await Promise.all(sent), "Basic");
			if (username === "viewer") {
				await live.page.getByText("You are signed in as viewer. To change something").waitFor();
				assert.isTrue(await live.control("Mirror").isDisabled());
			} else {
				await live.control("Mirror").click();
				await until(
					"it is mirrored",
					async () =>
						(
							(await (await fetch(`${simulator.url}/status`, { headers: ADMIN })).json()) as {
								hmirror: number;
							}
						).hmirror === 1,
				);
			}
			assert.isFalse(await live.page.getByText(line).isVisible());
			await context.close();
		}
	});

	it("says who is signed in, changes and removes passwords, with names that a password manager keeps", async () => {
		await fetch(`${simulator.url}/api/access`, {
			method: "PUT",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ admin: PASSWORD }),
		});
		const context = await browser.newContext({ httpCredentials: { username: "admin", password: PASSWORD } });
		const live = await LivePage.open(context, simulator.url);
		const passwords = async (): Promise<[boolean, boolean]> => {
			const response = await fetch(`${simulator.url}/api/access`, { headers: ADMIN });
			const { admin, viewer } = (await response.json()) as { admin: boolean; viewer: boolean };
			return [admin, viewer];
		};
		await live.settings("Account");
		await live.page.getByText("You are signed in as admin.").waitFor();
		for (const role of ["admin", "viewer"]) {
			const fields = await live.page.evaluate<string[][]>(
				`[...document.querySelectorAll("#${role}-form input")].map((input) => [input.autocomplete, input.value])`,
			);
			assert.deepEqual(fields, [
				["username", role],
				["new-password", ""],
			]);
		}
		const viewer = live.page.locator("#viewer-form");
		await viewer.getByLabel("New password").fill("short");
		await live.page.locator("#set-viewer").click();
		assert.deepEqual(await passwords(), [true, false], "the browser says that it is too short");
		await viewer.getByLabel("New password").fill("another password");
		let reloaded = live.page.waitForEvent("framenavigated");
		await live.page.locator("#set-viewer").click();
		await reloaded;
		assert.deepEqual(await passwords(), [true, true]);

		await live.status("Live");
		await live.settings("Account");
		assert.equal(await live.page.locator("#set-viewer").innerText(), "Change password");
		live.page.once("dialog", (dialog) => void dialog.accept());
		reloaded = live.page.waitForEvent("framenavigated");
		await live.button("Remove the viewer's password").click();
		await reloaded;
		assert.deepEqual(await passwords(), [true, false]);

		await live.status("Live");
		await live.settings("Account");
		live.page.once("dialog", (dialog) => void dialog.dismiss());
		await live.button("Remove all passwords").click();
		assert.deepEqual(await passwords(), [true, false], "not without a confirmation");
		live.page.once("dialog", (dialog) => void dialog.accept());
		reloaded = live.page.waitForEvent("framenavigated");
		await live.button("Remove all passwords").click();
		await reloaded;
		await live.page.getByText(line).waitFor();
		assert.equal((await fetch(`${simulator.url}/status`)).status, 200);
		await context.close();
	});

	it("signs out: the browser no longer has the password", async () => {
		await fetch(`${simulator.url}/api/access`, {
			method: "PUT",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ admin: PASSWORD }),
		});
		// Without httpCredentials, which would sign in again.
		const context = await browser.newContext();
		const page = await context.newPage();
		const live = new LivePage(page);
		await page.goto(simulator.url.replace("//", `//admin:${encodeURIComponent(PASSWORD)}@`));
		await live.status("Live");
		await live.settings("Account");
		await page.getByText("You are signed in as admin.").waitFor();
		const status = () =>
			page.evaluate<number>(
				`fetch("${simulator.url}/api/state", { cache: "no-store" }).then(({ status }) => status)`,
			);
		assert.equal(await status(), 200);
		const again = page.waitForResponse(
			(response) => new URL(response.url()).pathname === "/" && response.request().isNavigationRequest(),
		);
		await live.button("Sign out").click();
		assert.equal((await again).status(), 401);
		const other = await context.newPage();
		assert.equal((await other.goto(simulator.url).catch(() => null))?.status() ?? 401, 401);
		assert.deepEqual(live.complaints, []);
		await context.close();
	});

	it("does not lend them to the images of other sites", async () => {
		await fetch(`${simulator.url}/api/access`, {
			method: "PUT",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ admin: PASSWORD }),
		});
		const context = await browser.newContext({ httpCredentials: { username: "admin", password: PASSWORD } });
		const live = await LivePage.open(context, simulator.url);
		const page = await context.newPage();
		await page.setContent("");
		const look = `new Promise(resolve => {
			const image = new Image();
			image.onload = () => resolve("seen");
			image.onerror = () => resolve("refused");
			image.src = ${JSON.stringify(`${simulator.url}/capture`)};
		})`;
		assert.equal(await page.evaluate(look), "refused");
		assert.equal(await live.page.evaluate(look), "seen");
		await context.close();
	});
});
