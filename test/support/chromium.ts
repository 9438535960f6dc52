import { type Browser, chromium } from "playwright-core";
import { type Chromium, unpackChromium } from "./chromium-unpack.ts";
import { findProgram, systemProgram } from "./tools.ts";

/** Whether npm's package has it for this machine. */
const packaged = process.platform === "linux" && process.arch === "x64";

/** Headless Chromium: npm's package has it for x64, elsewhere it is the system's. `names` are this machine's to it. */
export async function launchChromium(context: Mocha.Context, names: readonly string[] = []): Promise<Browser> {
	return startChromium(
		packaged ? await unpackChromium() : { program: systemProgram(context, "chromium"), env: {} },
		names,
	);
}

export function chromiumInstalled(): boolean {
	return packaged || findProgram("chromium") !== undefined;
}

/** The same, where it is known to be there. */
export async function startInstalledChromium(): Promise<Browser> {
	return startChromium(packaged ? await unpackChromium() : { program: findProgram("chromium")!, env: {} });
}

function startChromium({ program, env }: Chromium, names: readonly string[] = []): Promise<Browser> {
	return chromium.launch({
		executablePath: program,
		headless: true,
		env: { ...(process.env as Record<string, string>), ...env },
		// On top of playwright's, which end the background networking already.
		args: [
			// Needs privileges that root in a container has not; no page but ours is opened.
			"--no-sandbox",
			"--disable-gpu",
			"--no-proxy-server",
			// Whatever it might still ask for, it finds nobody but this machine.
			`--host-resolver-rules=${names.map((name) => `MAP ${name} 127.0.0.1, `).join("")}MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
		],
	});
}
