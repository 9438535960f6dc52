import { buildPage } from "./build/page.mjs";
import { compileFirmware, compileTests } from "./build/typescript.mjs";
import { installPackages } from "./build/packages.mjs";
import { exitWith } from "./support/command-error.mjs";
import { onlyHelp } from "./support/no-arguments.mjs";

await exitWith(async () => {
	if (onlyHelp("npm run size: prints what takes how much flash\n")) return 0;
	await installPackages({ dev: true });
	await compileFirmware();
	await buildPage();
	await compileTests();
	await import("../build/bench/size.js");
	return 0;
});
