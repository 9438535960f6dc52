import type { BrowserContext, Page } from "playwright-core";

export interface Watched {
	/** How many different pictures there were. */
	readonly pictures: number;
	/** Of the last one, as in "320x240". */
	readonly size: string;
}

/** A tab with the page and its live picture. */
export class PictureTab {
	readonly page: Page;
	/** Errors on the page's console. */
	readonly complaints: string[] = [];

	static async open(context: BrowserContext, url: string): Promise<PictureTab> {
		const tab = new PictureTab(await context.newPage());
		// Not until the page is loaded whole: its picture never is.
		await tab.page.goto(url, { waitUntil: "domcontentloaded" });
		return tab;
	}

	private constructor(page: Page) {
		this.page = page;
		page.on("console", (message) => {
			if (message.type() === "error")
				this.complaints.push(message.text());
		});
		page.on("pageerror", (error) => this.complaints.push(error.message));
	}

	/**
	 * Watches from now on, until `count` different pictures have been shown. A picture that stands
	 * still is looked at some thousand times, then given up.
	 */
	watch(count: number): Promise<Watched> {
		// As text, since the DOM's types are not Node's.
		return this.page.evaluate<Watched>(`new Promise((resolve, reject) => {
			const image = document.querySelector("img");
			const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
			const seen = new Set();
			let looks = 0;
			(function look() {
				const { naturalWidth: width, naturalHeight: height } = image;
				if (width > 0 && height > 0) {
					Object.assign(context.canvas, { width, height });
					context.drawImage(image, 0, 0);
					let hash = 0;
					for (const value of context.getImageData(0, 0, width, height).data)
						hash = (Math.imul(hash, 31) + value) | 0;
					seen.add(hash);
				}
				if (seen.size === ${count})
					resolve({ pictures: seen.size, size: width + "x" + height });
				else if (++looks === 3000)
					reject(new Error("of ${count} different pictures there were " + seen.size));
				else
					setTimeout(look, 10);
			})();
		})`);
	}
}
