import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { root } from "./root.ts";

export interface Outcome {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** `npm start -- ARGS` without npm; the given program replaces the host. */
export function launch(host: string, ...args: string[]): ChildProcessWithoutNullStreams {
	return spawn(process.execPath, [join(root, "scripts/start.mjs"), ...args], {
		env: { ...process.env, YIELDCAM_HOST: host },
	});
}

export async function outcome(process: ChildProcessWithoutNullStreams): Promise<Outcome> {
	const [stdout, stderr, [code]] = await Promise.all([
		text(process.stdout),
		text(process.stderr),
		once(process, "close"),
	]);
	return { code: code as number | null, stdout, stderr };
}

/** A program that replaces the host, written in JavaScript. */
export function writeStub(file: string, script: string): string {
	writeFileSync(file, `#!${process.execPath}\n${script}`);
	chmodSync(file, 0o755);
	return file;
}
