import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { buildPage } from "../build/page.mjs";
import { fetchSources } from "../build/c-sources.mjs";
import { programManifest } from "../flash/program-manifest.mjs";
import { installPackages } from "../build/packages.mjs";
import { root } from "../support/root.mjs";
import { CommandError } from "../support/command-error.mjs";
import { findModdable, mcconfig, output } from "./sdk.mjs";

/** The script that runs Moddable's desktop simulator with the arguments of yieldcam's own simulator. */
export const desktopHost = join(root, "hosts/sim/desktop/yieldcam-mcsim.sh");

/** Builds the firmware for Moddable's desktop simulator on Linux, with the simulated device in it. */
export async function buildDesktop(app = ".", env = process.env) {
	const sdk = findModdable();
	if (!env.DISPLAY && !env.WAYLAND_DISPLAY)
		throw new CommandError(
			"the desktop simulator opens a window, and there is no display; `xvfb-run -a npm run sim:moddable` provides one",
		);
	await fetchSources();
	mkdirSync(output, { recursive: true });
	if ((await mcconfig(sdk, ["-m", "-p", "lin", "-o", output, programManifest(app)])) !== 0)
		throw new CommandError("the firmware could not be built for the desktop simulator: see the lines above");
}

/**
 * Builds the firmware with a camera that shows pictures, and runs it through mcconfig, which runs only debug builds.
 */
export async function runPortable(app = ".") {
	const sdk = findModdable();
	await installPackages({ dev: false });
	await buildPage();
	mkdirSync(output, { recursive: true });
	return mcconfig(sdk, ["-d", "-m", "-p", sdk.platform, "-o", output, programManifest(app)]);
}
