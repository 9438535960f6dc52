import { buildPage } from "./build/page.mjs";
import { exitWith } from "./support/command-error.mjs";

/** `npm run page`, for running mcconfig by hand. The other commands build the page, which the manifest names. */
await exitWith(async () => {
	await buildPage();
	return 0;
});
