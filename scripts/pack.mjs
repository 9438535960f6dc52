import { buildPage } from "./build/page.mjs";
import { compileFirmware } from "./build/typescript.mjs";
import { installPackages } from "./build/packages.mjs";
import { npmReason, runNpm } from "./build/npm.mjs";
import { exitWith, CommandError } from "./support/command-error.mjs";
import { output } from "./support/root.mjs";
import { onlyHelp } from "./support/no-arguments.mjs";

/** Makes the package that `npm install` takes, with the TypeScript compiled. */
await exitWith(async () => {
	if (onlyHelp("npm run pack: makes the package that programs outside of the checkout install, in build\n")) return 0;
	await installPackages({ dev: false });
	await compileFirmware();
	await buildPage();
	const { code, lines } = await runNpm(["pack", "--pack-destination", output]);
	if (code !== 0) throw new CommandError(`npm could not make the package: ${npmReason(lines)}`);
	process.stdout.write(`build/${lines.filter((line) => line.endsWith(".tgz")).at(-1)}\n`);
	return 0;
});
