import { buildPage } from "./build-page.mjs";
import { compileFirmware, compileTests } from "./compile-typescript.mjs";
import { installPackages } from "./packages.mjs";
import { exitWith } from "./setup-error.mjs";

await exitWith(async () => {
	await installPackages({ dev: true });
	await compileFirmware();
	await buildPage();
	await compileTests();
	await import("../build/bench/size.js");
	return 0;
});
