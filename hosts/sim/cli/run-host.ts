import { spawn } from "node:child_process";
import { CommandError } from "#scripts/support/command-error.mjs";

const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Milliseconds in which ctrl-C lets the host stop by itself before it gets the signal again. */
const INTERRUPT_GRACE_MS = 300;

/** Milliseconds in which a host must stop: a program that never yields does not receive the signal. */
const STOP_TIMEOUT_MS = 3000;

/**
 * Runs the host in the project's folder, in this terminal, until it ends, or until `ending` is aborted. Resolves to its
 * exit code.
 */
export function runHost(root: string, host: string, args: readonly string[], ending?: AbortSignal): Promise<number> {
	return new Promise((resolve, reject) => {
		const child = spawn(host, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
		let stopping = false;
		const stop = (signal: NodeJS.Signals): void => {
			if (stopping) return;
			stopping = true;
			// A terminal's ctrl-C goes to the whole process group, including the host; `kill` reaches this process
			// only. The two look the same from here, so the host first gets time to exit.
			setTimeout(() => child.kill(signal), signal === "SIGINT" ? INTERRUPT_GRACE_MS : 0).unref();
			setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS).unref();
		};
		const end = (): void => stop("SIGTERM");
		if (ending?.aborted) end();
		ending?.addEventListener("abort", end);
		const cleanUps: (() => void)[] = [() => ending?.removeEventListener("abort", end)];
		for (const signal of FORWARDED) {
			const onSignal = (): void => stop(signal);
			process.on(signal, onSignal);
			cleanUps.push(() => process.off(signal, onSignal));
		}
		const settle = (): void => cleanUps.forEach((cleanUp) => cleanUp());

		child.on("error", (error: NodeJS.ErrnoException) => {
			settle();
			reject(new CommandError(`cannot run the simulator's host ${host} (${error.code})`));
		});
		child.on("exit", (code, signal) => {
			settle();
			if (code !== null) resolve(code);
			else if (stopping && signal === "SIGKILL")
				reject(new CommandError("the firmware did not yield when it was asked to stop, and was killed"));
			else if (stopping) resolve(0);
			else reject(new CommandError(`the simulator's host was killed by ${signal}`));
		});
	});
}
