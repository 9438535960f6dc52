import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { launch } from "./launcher.ts";
import { ProcessOutput } from "./process-output.ts";
import { root } from "./root.ts";
import { hostBinary } from "./simulator.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Programs in TypeScript, in a folder of their own, run by the launcher. Call it in `describe`. */
export class TypedProgram {
	readonly folder = join(temporaryFolder().path, "program");
	#process: ChildProcessWithoutNullStreams | undefined;
	#output: ProcessOutput | undefined;

	constructor() {
		afterEach(() => this.stop());
	}

	/** Writes the program's files. */
	write(files: Readonly<Record<string, string>>): void {
		const manifest = JSON.stringify({ include: join(root, "hosts/manifest.json"), modules: { main: "./main" } });
		for (const [name, text] of Object.entries({ "manifest.json": manifest, ...files })) {
			mkdirSync(dirname(join(this.folder, name)), { recursive: true });
			writeFileSync(join(this.folder, name), text);
		}
	}

	start(...args: string[]): void {
		this.#process = launch(hostBinary, this.folder, "--port", "0", ...args);
		this.#output = new ProcessOutput(this.#process);
	}

	get output(): string {
		return this.#output?.text ?? "";
	}

	/** Waits until it serves, and returns its address. */
	async url(): Promise<string> {
		return (await this.prints(/yieldcam is at (\S+)\//))[1];
	}

	/** Waits for what it prints, from a position of its output on. */
	prints(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
		return this.#output!.prints(pattern, from);
	}

	/** Waits until it has ended by itself, and returns its exit code. */
	end(): Promise<number | null> {
		return this.#output!.end();
	}

	async stop(): Promise<number | null> {
		if (!this.#process) return null;
		if (!this.#output!.over) this.#process.kill("SIGTERM");
		return this.end();
	}
}
