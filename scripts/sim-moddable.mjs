import { buildDesktop, desktopHost, runPortable } from "./moddable/desktop.mjs";
import { setUpLauncher } from "./build/set-up.mjs";
import { exitWith } from "./support/command-error.mjs";

await exitWith(async () => {
	if (process.platform !== "linux") return runPortable(process.argv[2]);
	await setUpLauncher();
	const { main } = await import("../build/hosts/sim/cli/main.js");
	return main(
		process.argv.slice(2),
		async (app) => {
			await buildDesktop(app);
			process.env.YIELDCAM_APP = app;
		},
		desktopHost,
	);
});
