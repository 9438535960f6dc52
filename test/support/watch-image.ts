import type { Page } from "playwright-core";

/**
 * Watches until `count` different pictures have been shown, and resolves to the size of the last, as in "320x240".
 * Gives up after some thousand checks of a picture that does not change.
 *
 * @param element The element, in the page's JavaScript: an `<img>` by default, or a `<canvas>`.
 */
export function watchImage(page: Page, count: number, element = `document.querySelector("img")`): Promise<string> {
	// As text, since the DOM's types are not Node's.
	return page.evaluate<string>(`new Promise((resolve, reject) => {
		const element = ${element};
		const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
		const seen = new Set();
		let looks = 0;
		(function look() {
			const { naturalWidth: width = element.width, naturalHeight: height = element.height } = element;
			if (width > 0 && height > 0) {
				Object.assign(context.canvas, { width, height });
				context.drawImage(element, 0, 0);
				let hash = 0;
				for (const value of context.getImageData(0, 0, width, height).data)
					hash = (Math.imul(hash, 31) + value) | 0;
				seen.add(hash);
			}
			if (seen.size === ${count})
				resolve(width + "x" + height);
			else if (++looks === 3000)
				reject(new Error("of ${count} different pictures there were " + seen.size));
			else
				setTimeout(look, 10);
		})();
	})`);
}
