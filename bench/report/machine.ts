import { availableParallelism, cpus, release, totalmem } from "node:os";

/** What the figures were taken on. */
export function describeMachine() {
	return {
		processor: cpus()[0]?.model ?? "unknown",
		cores: availableParallelism(),
		memory: totalmem(),
		kernel: release(),
		node: process.versions.node,
	};
}
