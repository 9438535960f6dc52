import { buildPage } from "./build-page.mjs";
import { exitWith } from "./setup-error.mjs";

/** After `npm install`, so that who runs mcconfig by hand finds the page that manifest.json names. */
await exitWith(async () => {
	await buildPage();
	return 0;
});
