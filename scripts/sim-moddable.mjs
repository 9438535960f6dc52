import { buildDesktop, desktopHost, runPortable } from "./moddable/desktop.mjs";
import { setUpLauncher } from "./setup.mjs";
import { exitWith } from "./setup-error.mjs";

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
