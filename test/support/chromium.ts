import { type Browser, chromium } from "playwright-core";
import { type Chromium, unpackChromium } from "./chromium-unpack.ts";
import { systemProgram } from "./tools.ts";

/** Headless Chromium: npm's package has it for x64, elsewhere it is the system's. */
export async function launchChromium(context: Mocha.Context): Promise<Browser> {
	const { program, env }: Chromium = process.platform === "linux" && process.arch === "x64"
		? await unpackChromium()
		: { program: systemProgram(context, "chromium"), env: {} };
	return chromium.launch({
		executablePath: program,
		headless: true,
		env: { ...process.env as Record<string, string>, ...env },
		// On top of playwright's, which end the background networking already.
		args: [
			// Needs privileges that root in a container has not; no page but ours is opened.
			"--no-sandbox",
			"--disable-gpu",
			"--no-proxy-server",
			// Whatever it might still ask for, it finds nobody but this machine.
			"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
		],
	});
}
