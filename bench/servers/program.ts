import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { freePort } from "../../test/support/free-port.ts";
import { root } from "../../test/support/root.ts";
import { descendants } from "../processes.ts";
import type { RunningServer } from "./server.ts";

/** Milliseconds until a program has to answer: Python's modules take time to load. */
const PATIENCE = 20_000;
/** Milliseconds for a program to end after a signal. */
const GRACE = 3_000;

const running = new Set<ChildProcess>();
process.once("exit", () => {
	for (const child of running) child.kill("SIGKILL");
});

/** Starts a server's program, which takes a folder, a rate and a port at the end of its command. */
export async function startProgram(
	command: string,
	args: readonly string[],
	frames: string,
	fps: number,
): Promise<RunningServer> {
	const port = await freePort();
	const child = spawn(command, [...args, frames, String(fps), String(port)], {
		cwd: root,
		stdio: ["ignore", "ignore", "pipe"],
		env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
	});
	let errors = "";
	child.stderr.setEncoding("utf8").on("data", (text: string) => (errors = (errors + text).slice(-2_000)));
	running.add(child);
	const closed = once(child, "close").finally(() => running.delete(child));
	closed.catch(() => {}); // handled below
	await untilItAnswers(child, port, () => errors);
	return {
		port,
		stream: "/stream",
		status: "/status",
		processes: [child.pid!, ...descendants(child.pid!)],
		aside: [],
		clockOffset: 0,
		servesFolder: true,
		async stop() {
			if (child.exitCode !== null || child.signalCode !== null)
				throw new Error(`the server ended by itself: ${errors}`);
			child.kill("SIGTERM");
			const timer = setTimeout(() => child.kill("SIGKILL"), GRACE);
			await closed;
			clearTimeout(timer);
		},
	};
}

async function untilItAnswers(child: ChildProcess, port: number, errors: () => string): Promise<void> {
	const until = performance.now() + PATIENCE;
	for (;;) {
		if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined)
			throw new Error(`it ended before it served: ${errors()}`);
		if (performance.now() > until) {
			child.kill("SIGKILL");
			throw new Error(`it did not serve within ${PATIENCE / 1000} s: ${errors()}`);
		}
		try {
			const { ok } = await fetch(`http://127.0.0.1:${port}/status`, { headers: { Connection: "close" } });
			if (ok) return;
		} catch {
			// It does not listen yet.
		}
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}
