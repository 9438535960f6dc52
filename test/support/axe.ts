import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

/** As text: its types are the DOM's, and Node's differ. */
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds on a page. Rules that it cannot decide are in neither list. */
export interface AxeResults {
	/** The rules that the page breaks now, with where. */
	readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
	/** The rules that it keeps, of those that have something to check. */
	readonly passes: readonly unknown[];
}

/** Runs axe-core on a page as it is now. */
export async function runAxe(page: Page): Promise<AxeResults> {
	await page.evaluate(axe);
	return page.evaluate<AxeResults>("axe.run()");
}
