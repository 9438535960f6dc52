import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { CommandError } from "#scripts/support/command-error.mjs";

const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Milliseconds in which ctrl-C lets the host stop by itself before it gets the signal again. */
const INTERRUPT_GRACE_MS = 300;

/** Milliseconds in which a host must stop: a program that never yields does not receive the signal. */
const STOP_TIMEOUT_MS = 3000;

/** Milliseconds between two looks whether npm is still there. It does not forward the signal that ends it. */
const PARENT_CHECK_MS = 500;

/** Returns the parent of a process (proc(5), stat); undefined if it has ended, or this is not Linux. */
function parentOf(pid: number): number | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
		// After the name, which is in parentheses and may contain anything, come the state and the parent.
		return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
	} catch {
		return undefined;
	}
}

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
		if (process.env["npm_lifecycle_event"] !== undefined) {
			// npm runs a shell that runs us, and the shell outlives npm.
			const shell = process.ppid,
				npm = parentOf(shell);
			const watch = setInterval(
				() => (process.ppid !== shell || parentOf(shell) !== npm) && stop("SIGTERM"),
				PARENT_CHECK_MS,
			);
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
