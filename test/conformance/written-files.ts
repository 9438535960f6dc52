import { chownSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** A folder for a program that writes what it sees as files; deleted afterwards. */
export async function withFolder<Result>(
	owner: number | undefined,
	use: (folder: string) => Promise<Result>,
): Promise<Result> {
	const folder = await mkdtemp(join(tmpdir(), "yieldcam-conformance-"));
	if (owner !== undefined) chownSync(folder, owner, owner);
	try {
		return await use(folder);
	} finally {
		// A program that has just ended may still be writing.
		await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
	}
}

/**
 * Waits for one file more than the given number, since the last one is not complete yet. Returns their paths in order.
 */
export async function filesWritten(
	folder: string,
	extension: string,
	count: number,
	signal: AbortSignal,
): Promise<string[]> {
	for (;;) {
		const files = (await readdir(folder)).filter((name) => name.endsWith(extension)).sort();
		if (files.length > count) return files.slice(0, count).map((name) => join(folder, name));
		await pause(50, undefined, { signal });
	}
}
