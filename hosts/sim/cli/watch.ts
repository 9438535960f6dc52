import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { CommandError } from "#scripts/support/command-error.mjs";

/** Milliseconds between two looks at the files: editors replace a file in several ways, and a look notices each. */
const LOOK_MS = 200;

/**
 * Runs a program, and again after each change of its files, until it ends by itself with success. While it cannot run,
 * it waits for the next change.
 *
 * @param files Returns the files and folders to look at, which may change with the program.
 * @param run Runs the program until the signal. Resolves to its exit code.
 * @param end Ends both.
 */
export async function watch(
	files: () => readonly string[],
	run: (stop: AbortSignal) => Promise<number>,
	end?: AbortSignal,
): Promise<number> {
	let known = look(files, []);
	for (;;) {
		const stop = new AbortController();
		let over = false;
		const ended = attempt(run, end ? AbortSignal.any([stop.signal, end]) : stop.signal).finally(
			() => (over = true),
		);
		let changed = false;
		while (!changed && !over && !end?.aborted) {
			await pause(LOOK_MS);
			changed = differs(known, look(files, known));
		}
		if (!changed && (await ended) === 0) return 0;
		for (; !changed && !end?.aborted; changed = differs(known, look(files, known))) await pause(LOOK_MS);
		if (end?.aborted) {
			await ended;
			return 0;
		}
		stop.abort();
		await ended;
		known = await settled(files, known);
	}
}

/** A mistake in the program is printed, and the next change may correct it. */
async function attempt(run: (stop: AbortSignal) => Promise<number>, stop: AbortSignal): Promise<number> {
	try {
		return await run(stop);
	} catch (error) {
		if (!(error instanceof CommandError)) throw error;
		process.stderr.write(`yieldcam: ${error.message}\n`);
		return 1;
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
