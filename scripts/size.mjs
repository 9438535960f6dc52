import { buildPage } from "./build/page.mjs";
import { compileFirmware, compileTests } from "./build/typescript.mjs";
import { installPackages } from "./build/packages.mjs";
import { exitWith } from "./support/command-error.mjs";

await exitWith(async () => {
	await installPackages({ dev: true });
	await compileFirmware();
	await buildPage();
	await compileTests();
	await import("../build/bench/size.js");
	return 0;
});
