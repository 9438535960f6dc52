import { readdirSync, readFileSync } from "node:fs";

/** Returns the processes that a process has started, and their descendants. */
export function descendants(pid: number): number[] {
	const children = childrenByParent();
	const of = (parent: number): number[] => (children.get(parent) ?? []).flatMap((child) => [child, ...of(child)]);
	return of(pid);
}

/** Returns the peak memory of a process, in bytes: VmHWM. */
export function peakMemory(pid: number): number {
	const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
	if (line === null) throw new Error(`process ${pid} has ended`);
	return Number(line[1]) * 1024;
}

function childrenByParent(): Map<number, number[]> {
	const children = new Map<number, number[]>();
	for (const name of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
		const parent = parentOf(name);
		if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
	}
	return children;
}

function parentOf(pid: string): number | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
		// State and parent follow the name, which may contain any characters (proc(5)).
		return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
	} catch {
		return undefined; // the process has ended
	}
}
