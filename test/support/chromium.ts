import { type Browser, chromium } from "playwright-core";
import { type Chromium, unpackChromium } from "./chromium-unpack.ts";
import { findProgram, systemProgram } from "./tools.ts";

/** Whether npm's package has it for this machine. */
const packaged = process.platform === "linux" && process.arch === "x64";

/** Headless Chromium: npm's package has it for x64, elsewhere it is the system's. */
export async function launchChromium(context: Mocha.Context): Promise<Browser> {
	return startChromium(packaged ? await unpackChromium() : { program: systemProgram(context, "chromium"), env: {} });
}

export function chromiumInstalled(): boolean {
	return packaged || findProgram("chromium") !== undefined;
}

/** The same, where it is known to be there. */
export async function startInstalledChromium(): Promise<Browser> {
	return startChromium(packaged ? await unpackChromium() : { program: findProgram("chromium")!, env: {} });
}

function startChromium({ program, env }: Chromium): Promise<Browser> {
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
