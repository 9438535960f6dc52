import { type Browser, chromium } from "playwright-core";
import { type Chromium, unpackChromium } from "./chromium-unpack.ts";
import { findProgram, systemProgram } from "./tools.ts";

/** Whether npm's package has it for this machine. */
const packaged = process.platform === "linux" && process.arch === "x64";

/**
 * Headless Chromium: from npm's package on x64, from the system elsewhere. `names` are host names that it resolves to
 * this machine.
 */
export async function launchChromium(context: Mocha.Context, names: readonly string[] = []): Promise<Browser> {
	return startChromium(
		packaged ? await unpackChromium() : { program: systemProgram(context, "chromium"), env: {} },
		names,
	);
}

export function chromiumInstalled(): boolean {
	return packaged || findProgram("chromium") !== undefined;
}

/** The same, if it is known to be installed. */
export async function startInstalledChromium(): Promise<Browser> {
	return startChromium(packaged ? await unpackChromium() : { program: findProgram("chromium")!, env: {} });
}

function startChromium({ program, env }: Chromium, names: readonly string[] = []): Promise<Browser> {
	return chromium.launch({
		executablePath: program,
		headless: true,
		env: { ...(process.env as Record<string, string>), ...env },
		// In addition to playwright's options, which disable background networking already.
		args: [
			// It needs privileges that root in a container lacks; only our pages are opened.
			"--no-sandbox",
			"--disable-gpu",
			"--no-proxy-server",
			// Any other request reaches only this machine.
			`--host-resolver-rules=${names.map((name) => `MAP ${name} 127.0.0.1, `).join("")}MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
		],
	});
}
