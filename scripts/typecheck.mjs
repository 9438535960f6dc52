import { compileTests } from "./compile-typescript.mjs";
import { installPackages } from "./packages.mjs";
import { exitWith } from "./setup-error.mjs";

await exitWith(async () => {
	await installPackages({ dev: true });
	await compileTests();
	return 0;
});
