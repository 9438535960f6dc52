import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** All that a process has printed, to either stream, and its end. */
export class ProcessOutput {
	readonly #process: ChildProcess;
	readonly #ended: Promise<unknown>;
	text = "";
	over = false;
	#changed = (): void => {};

	/** @param process Its output must be pipes. */
	constructor(process: ChildProcess) {
		this.#process = process;
		for (const stream of [process.stdout!, process.stderr!])
			stream.setEncoding("utf8").on("data", (text: string) => {
				this.text += text;
				this.#changed();
			});
		this.#ended = once(process, "close").then(() => {
			this.over = true;
			this.#changed();
		});
	}

	/** Waits for what it prints, from a position of its output on. */
	async prints(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
		for (;;) {
			const found = pattern.exec(this.text.slice(from));
			if (found) return found;
			if (this.over) throw new Error(`it ended without ${pattern}: ${this.text}`);
			await new Promise<void>((resolve) => {
				this.#changed = resolve;
			});
		}
	}

	/** Waits until the process has ended. Resolves to its exit code. */
	async end(): Promise<number | null> {
		await this.#ended;
		return this.#process.exitCode;
	}
}
