import { compileTests } from "./build/typescript.mjs";
import { installPackages } from "./build/packages.mjs";
import { exitWith } from "./support/command-error.mjs";
import { onlyHelp } from "./support/no-arguments.mjs";

await exitWith(async () => {
	if (onlyHelp("npm run typecheck: checks the types of everything\n")) return 0;
	await installPackages({ dev: true });
	await compileTests();
	return 0;
});
