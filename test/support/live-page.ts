import { assert } from "chai";
import type { BrowserContext, Locator, Page } from "playwright-core";
import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { Pixels } from "./pixels.ts";
import { watchImage } from "./watch-image.ts";

/** The firmware's page in a browser tab, with what a person sees and does there. */
export class LivePage {
	readonly page: Page;
	/** Errors on its console, except the browser's own remarks on lost connections and refused requests. */
	readonly complaints: string[] = [];
	/** All its requests. */
	readonly requests: URL[] = [];

	/** Opens the page and waits for its picture. */
	static async open(context: BrowserContext, url: string): Promise<LivePage> {
		const live = new LivePage(await context.newPage());
		await live.page.goto(url);
		await live.status("Live");
		return live;
	}

	constructor(page: Page) {
		this.page = page;
		page.on("console", (message) => {
			if (
				message.type() === "error" &&
				!message.text().startsWith("Failed to load resource") &&
				!message.text().includes("net::ERR_")
			)
				this.complaints.push(message.text());
		});
		page.on("pageerror", (error) => this.complaints.push(error.message));
		page.on("request", (request) => this.requests.push(new URL(request.url())));
	}

	control(label: string): Locator {
		return this.page.getByLabel(label, { exact: true });
	}

	button(name: string | RegExp): Locator {
		return this.page.getByRole("button", typeof name === "string" ? { name, exact: true } : { name });
	}

	/** Unfolds all groups of controls, once they are there. */
	async unfold(): Promise<void> {
		await this.control("Mirror").waitFor();
		await this.page.evaluate(`for (const group of document.querySelectorAll(".group")) group.open = true`);
	}

	/** Opens the dialog at a tab. */
	async settings(tab: string): Promise<void> {
		if (!(await this.page.locator("#dialog").isVisible())) await this.button("Settings").click();
		await this.page.getByRole("tab", { name: tab, exact: true }).click();
	}

	async closeSettings(): Promise<void> {
		await this.button("Close").click();
	}

	/** Waits until the line at the top has the given text. */
	status(text: string): Promise<void> {
		return this.page.getByRole("status").getByText(text, { exact: true }).waitFor();
	}

	text(id: string): Promise<string> {
		return this.page.locator(`#${id}`).innerText();
	}

	/** The pixels that the canvas shows. */
	async picture(): Promise<Pixels> {
		const png = await this.page.evaluate<string>(`document.getElementById("canvas").toDataURL("image/png")`);
		return Pixels.of(Buffer.from(png.slice(png.indexOf(",") + 1), "base64"));
	}

	/** Watches until `count` different pictures have been shown; resolves to the size of the last, as in "320x240". */
	watch(count: number): Promise<string> {
		return watchImage(this.page, count, `document.getElementById("canvas")`);
	}

	/** Waits until the picture is as described. */
	async pictureIs(what: string, accept: (picture: Pixels) => boolean): Promise<void> {
		await until(what, async () => accept(await this.picture()));
	}

	/** The file that an action makes the browser save. */
	async saved(action: () => Promise<void>): Promise<{ readonly name: string; readonly content: Buffer }> {
		const [download] = await Promise.all([this.page.waitForEvent("download"), action()]);
		return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
	}
}

/** Checks a condition repeatedly, for about ten seconds. */
export async function until(what: string, look: () => Promise<boolean>): Promise<void> {
	for (let i = 0; !(await look()); i += 1) {
		assert.isBelow(i, 400, `not so: ${what}`);
		await pause(25);
	}
}
