import { buildPage } from "./build/page.mjs";
import { exitWith } from "./support/setup-error.mjs";

/** `npm run page`: for who runs mcconfig by hand. The other commands build the page that the manifest names by themselves. */
await exitWith(async () => {
	await buildPage();
	return 0;
});
