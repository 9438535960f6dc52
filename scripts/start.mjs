import { setUpHost, setUpLauncher } from "./build/set-up.mjs";
import { exitWith } from "./support/command-error.mjs";

await exitWith(async () => {
	await setUpLauncher();
	const { main } = await import("../build/hosts/sim/cli/main.js");
	return main(process.argv.slice(2), setUpHost);
});
