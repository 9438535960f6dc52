import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";

export interface Outcome {
	readonly code: number | null;
	readonly stdout: Buffer;
	readonly stderr: string;
}

function start(program: string, args: readonly string[]): ChildProcessByStdio<null, Readable, Readable> {
	// curl and ffmpeg would use a proxy from the environment, even for 127.0.0.1.
	return spawn(program, args, {
		stdio: ["ignore", "pipe", "pipe"],
		env: { ...process.env, no_proxy: "*", NO_PROXY: "*" },
	});
}

/** Runs a program to its end. */
export async function run(program: string, ...args: string[]): Promise<Outcome> {
	const child = start(program, args);
	const [stdout, stderr, [code]] = await Promise.all([
		buffer(child.stdout),
		text(child.stderr),
		once(child, "close"),
	]);
	return { code: code as number | null, stdout, stderr };
}

/** The output of a program, up to `count` bytes or some more: it need not end by itself. */
export async function readSome(count: number, program: string, ...args: string[]): Promise<Buffer> {
	const child = start(program, args);
	const closed = once(child, "close");
	const stderr = text(child.stderr);
	const pieces: Buffer[] = [];
	let length = 0;
	for await (const piece of child.stdout as AsyncIterable<Buffer>) {
		pieces.push(piece);
		length += piece.length;
		if (length >= count) break;
	}
	child.kill();
	await closed;
	if (length < count) throw new Error(`${program} ended after ${length} of ${count} bytes: ${await stderr}`);
	return Buffer.concat(pieces);
}
