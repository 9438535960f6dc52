import { compileTests } from "./build/typescript.mjs";
import { installPackages } from "./build/packages.mjs";
import { exitWith } from "./support/setup-error.mjs";

await exitWith(async () => {
	await installPackages({ dev: true });
	await compileTests();
	return 0;
});
