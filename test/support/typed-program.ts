import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { launch } from "./launcher.ts";
import { root } from "./root.ts";
import { hostBinary } from "./simulator.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Programs in TypeScript, in a folder of their own, run by the launcher. Call it in `describe`. */
export class TypedProgram {
	readonly folder = join(temporaryFolder().path, "program");
	output = "";
	#process: ChildProcessWithoutNullStreams | undefined;
	#changed = (): void => {};
	#ended: Promise<unknown> = Promise.resolve();
	#over = true;

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
		this.output = "";
		this.#over = false;
		const child = (this.#process = launch(hostBinary, this.folder, "--port", "0", ...args));
		for (const stream of [child.stdout, child.stderr])
			stream.setEncoding("utf8").on("data", (text: string) => {
				this.output += text;
				this.#changed();
			});
		this.#ended = once(child, "close").then(() => {
			this.#over = true;
			this.#changed();
		});
	}

	/** Waits until it serves, and returns its address. */
	async url(): Promise<string> {
		return (await this.prints(/yieldcam is at (\S+)\//))[1];
	}

	/** Waits for what it prints, from a position of its output on. */
	async prints(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
		for (;;) {
			const found = pattern.exec(this.output.slice(from));
			if (found) return found;
			if (this.#over) throw new Error(`it ended without ${pattern}: ${this.output}`);
			await new Promise<void>((resolve) => {
				this.#changed = resolve;
			});
		}
	}

	/** Waits until it has ended by itself, and returns its exit code. */
	async end(): Promise<number | null> {
		await this.#ended;
		return this.#process!.exitCode;
	}

	async stop(): Promise<number | null> {
		if (!this.#process) return null;
		if (!this.#over) this.#process.kill("SIGTERM");
		return this.end();
	}
}
