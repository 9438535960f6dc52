import { join } from "node:path";
import { setUpHost, setUpLauncher } from "./build/set-up.mjs";
import { missingForXtensa, XTENSA } from "./build/xtensa.mjs";
import { CommandError, exitWith } from "./support/command-error.mjs";
import { root } from "./support/root.mjs";

await exitWith(async () => {
	const missing = missingForXtensa();
	if (missing !== undefined) throw new CommandError(missing);
	await setUpLauncher();
	const { main } = await import("../build/hosts/sim/cli/main.js");
	return main(process.argv.slice(2), (app) => setUpHost(app, "xtensa"), join(root, XTENSA.YIELDCAM_HOST));
});
