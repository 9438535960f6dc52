import { availableParallelism, cpus, release, totalmem } from "node:os";

/** Describes the machine of the measurements. */
export function describeMachine() {
	return {
		processor: cpus()[0]?.model ?? "unknown",
		cores: availableParallelism(),
		memory: totalmem(),
		kernel: release(),
		node: process.versions.node,
	};
}
