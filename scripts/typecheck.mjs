import { compileTests } from "./build/typescript.mjs";
import { installPackages } from "./build/packages.mjs";
import { exitWith } from "./support/command-error.mjs";

await exitWith(async () => {
	await installPackages({ dev: true });
	await compileTests();
	return 0;
});
