import { readFileSync, readlinkSync } from "node:fs";

/** Milliseconds between two looks whether npm is still there. It does not forward the signal that ends it. */
const CHECK_MS = 500;

/** Returns a signal that is aborted once npm has ended; undefined if npm has not started this process. */
export function npmEnd(): AbortSignal | undefined {
	if (process.env["npm_lifecycle_event"] === undefined) return undefined;
	const ended = new AbortController(),
		parent = process.ppid,
		// npm runs a shell. It may run this process and outlive npm, or have become this process. Npm's own parent may end.
		npm = isNode(parent) ? undefined : parentOf(parent);
	const timer = setInterval(() => {
		if (process.ppid === parent && (npm === undefined || parentOf(parent) === npm)) return;
		clearInterval(timer);
		ended.abort();
	}, CHECK_MS);
	timer.unref();
	return ended.signal;
}

/** Reports whether a process runs the program that npm does. */
function isNode(pid: number): boolean {
	try {
		return [process.execPath, process.env["npm_node_execpath"]].includes(readlinkSync(`/proc/${pid}/exe`));
	} catch {
		return false;
	}
}

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
