import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { CommandError } from "#scripts/support/command-error.mjs";

/** Milliseconds between two looks at the files: editors replace a file in several ways, and a look notices each. */
const LOOK_MS = 200;

/** Runs a program that is ready until the signal. Resolves to its exit code. */
export type Run = (stop?: AbortSignal) => Promise<number>;

/**
 * Runs a program, and again after each change of its files, until it ends by itself with success. A program that cannot
 * run yet is printed as that, and the one before it goes on until a change makes it ready.
 *
 * @param files Returns the files and folders to look at, which may change with the program.
 * @param prepare Makes the program ready, such as by the compiler.
 * @param end Ends both.
 */
export async function watch(
	files: () => readonly string[],
	prepare: () => Promise<Run>,
	end?: AbortSignal,
): Promise<number> {
	let known = look(files, []),
		current: Running | undefined;
	for (;;) {
		const run = await attempt(prepare);
		if (run && !end?.aborted) {
			await current?.stop();
			current = new Running(run, end);
		} else if (current && current.code === undefined)
			process.stderr.write("yieldcam: the program runs on as it was before\n");
		for (let changed = false; !changed; changed = differs(known, look(files, known))) {
			if (end?.aborted || current?.code === 0) return (await current?.stop()) ?? 0;
			await pause(LOOK_MS);
		}
		known = await settled(files, known);
	}
}

/** A program that runs, or has ended. */
class Running {
	/** Its exit code, once it has ended by itself. */
	code: number | undefined;
	readonly #stop = new AbortController();
	readonly #ended: Promise<unknown>;

	constructor(run: Run, end: AbortSignal | undefined) {
		const stop = end ? AbortSignal.any([this.#stop.signal, end]) : this.#stop.signal;
		this.#ended = attempt(() => run(stop)).then((code = 1) => (this.code = code));
	}

	async stop(): Promise<number> {
		this.#stop.abort();
		await this.#ended;
		return 0;
	}
}

/** A mistake in the program is printed, and the next change may correct it. */
async function attempt<Result>(step: () => Promise<Result>): Promise<Result | undefined> {
	try {
		return await step();
	} catch (error) {
		if (!(error instanceof CommandError)) throw error;
		process.stderr.write(`yieldcam: ${error.message}\n`);
		return undefined;
	}
}

/** Waits until nothing changes for a moment: many programs save several files one after the other. */
async function settled(files: () => readonly string[], before: readonly string[]): Promise<readonly string[]> {
	for (let known = look(files, before); ;) {
		await pause(LOOK_MS / 2);
		const now = look(files, known);
		if (!differs(known, now)) return now;
		known = now;
	}
}

/** Returns each file with its time and size. If the list itself cannot be made, what was known still counts. */
function look(files: () => readonly string[], known: readonly string[]): readonly string[] {
	let paths: readonly string[];
	try {
		paths = files();
	} catch (error) {
		// The program imports a file that is missing, or its manifest is wrong.
		return [...known.filter((line) => !line.startsWith("!")), `!${(error as Error).message}`];
	}
	return paths.flatMap(filesOf).map((path) => {
		const status = statSync(path, { throwIfNoEntry: false });
		return `${path} ${status?.mtimeMs} ${status?.size}`;
	});
}

function filesOf(path: string): string[] {
	if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
	return readdirSync(path, { recursive: true, encoding: "utf8" })
		.filter((name) => name.endsWith(".ts") || name.endsWith(".js"))
		.map((name) => join(path, name));
}

function differs(one: readonly string[], other: readonly string[]): boolean {
	return one.length !== other.length || one.some((line, at) => line !== other[at]);
}
