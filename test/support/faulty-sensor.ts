import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.ts";

/** The board's times for detecting and repairing faults, shortened for tests: 4 s and 10 s would be too long. */
export const HURRIED = ["--camera-patience", "400", "--camera-restart", "1000"];

/** A sensor that fails as `runs` says (see faulty-sensor-process.ts), and the commands it received. */
export class FaultySensor {
	readonly command: readonly string[];
	readonly #log: string;

	/** @param log A file that no other sensor uses. */
	constructor(log: string, ...runs: string[]) {
		this.#log = log;
		this.reset();
		this.command = [process.execPath, join(root, "build/test/support/faulty-sensor-process.js"), log, ...runs];
	}

	/** Forgets its runs: the next is the first again. */
	reset(): void {
		writeFileSync(this.#log, "");
	}

	/** Commands by run: `set hmirror 1`. */
	get runs(): string[][] {
		return readFileSync(this.#log, "utf8")
			.split("run\n")
			.slice(1)
			.map((commands) => commands.split("\n").slice(0, -1));
	}
}
