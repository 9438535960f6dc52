import { spawn } from "node:child_process";
import { CommandError } from "#scripts/support/command-error.mjs";

const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Milliseconds in which ctrl-C lets the host stop by itself before it gets the signal again. */
const INTERRUPT_GRACE_MS = 300;

/** Milliseconds in which a host must stop: a program that never yields does not receive the signal. */
const STOP_TIMEOUT_MS = 3000;

/** Milliseconds between two looks whether npm is still there. It does not forward the signal that ends it. */
const PARENT_CHECK_MS = 500;

/** Runs the host in the project's folder, in this terminal, until it ends. Resolves to its exit code. */
export function runHost(root: string, host: string, args: readonly string[]): Promise<number> {
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
		const cleanUps: (() => void)[] = FORWARDED.map((signal) => {
			const onSignal = (): void => stop(signal);
			process.on(signal, onSignal);
			return () => process.off(signal, onSignal);
		});
		const parent = process.ppid;
		if (process.env["npm_lifecycle_event"] !== undefined) {
			const watch = setInterval(() => process.ppid !== parent && stop("SIGTERM"), PARENT_CHECK_MS);
			cleanUps.push(() => clearInterval(watch));
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
