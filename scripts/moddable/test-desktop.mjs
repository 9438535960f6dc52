import { spawn } from "node:child_process";
import { once } from "node:events";
import { buildDesktop, desktopHost } from "./desktop.mjs";
import { findModdable } from "./sdk.mjs";

/** @import { Readable } from "node:stream" */

/**
 * @typedef {object} Display
 * @property {NodeJS.ProcessEnv} env What programs need in their environment to use it.
 * @property {() => void} close
 */

/**
 * Builds the firmware for Moddable's desktop simulator and calls `run` with the environment that makes the tests use
 * that simulator. If this machine lacks something for it, calls `skip` with the reason.
 *
 * @param {(env: NodeJS.ProcessEnv) => Promise<void>} run
 * @param {(reason: string) => void} skip
 * @returns {Promise<void>}
 */
export async function inDesktopSimulator(run, skip) {
	if (!process.env.MODDABLE) return skip("MODDABLE is not set: the Moddable SDK is not on this machine");
	const sdk = findModdable();
	const display = await openDisplay();
	if (display === undefined)
		return skip("it needs a display, and Xvfb is not installed; this enables it: apt-get install xvfb");
	try {
		await buildDesktop(".", { ...process.env, ...display.env });
		await run({ ...display.env, MODDABLE: sdk.folder, YIELDCAM_HOST: desktopHost });
	} finally {
		display.close();
	}
}

/**
 * Returns the existing display, or opens an invisible one.
 *
 * @returns {Promise<Display | undefined>} undefined if there is neither a display nor Xvfb.
 */
export async function openDisplay() {
	if (process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return { env: {}, close() {} };
	const server = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1024x768x24", "-nolisten", "tcp"], {
		stdio: ["ignore", "ignore", "ignore", "pipe"],
	});
	const started = once(/** @type {Readable} */ (server.stdio[3]), "data").then(([data]) => String(data).trim());
	const missing = once(server, "error").then(() => undefined);
	const ended = new Promise((resolve) => server.once("exit", () => resolve(undefined)));
	const number = await Promise.race([started, missing, ended]);
	return number === undefined ? undefined : { env: { DISPLAY: `:${number}` }, close: () => server.kill() };
}
