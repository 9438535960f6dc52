import { readdirSync, readFileSync } from "node:fs";

/**
 * The children of a process, whichever of its threads started them (proc(5), /proc/PID/task/TID/children).
 *
 * @returns At least one process.
 * @throws Error if it has none: a signal to the process 0 would stop the tests themselves.
 */
export function childProcesses(pid: number): number[] {
	const threads = readdirSync(`/proc/${pid}/task`),
		texts = threads.map((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8")),
		children = texts.flatMap((text) => text.match(/\d+/g) ?? []).map(Number);
	if (children.length === 0) throw new Error(`the process ${pid} has no children`);
	return children;
}
