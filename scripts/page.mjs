import { buildPage } from "./build/page.mjs";
import { exitWith } from "./support/command-error.mjs";
import { onlyHelp } from "./support/no-arguments.mjs";

/** `npm run page`, for running mcconfig by hand. The other commands build the page, which the manifest names. */
await exitWith(async () => {
	if (onlyHelp("npm run page: builds the page, for running mcconfig by hand\n")) return 0;
	await buildPage();
	return 0;
});
