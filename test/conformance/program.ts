import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { findProgram } from "../support/tools.ts";

export interface RunOptions {
	readonly signal: AbortSignal;
	/** For its standard input. */
	readonly input?: string;
	/** Ends the program when its output so far is enough. */
	readonly until?: (output: Buffer) => boolean;
	/** The number of the user that it runs as, where that is another. */
	readonly user?: number | undefined;
	/** Its home folder. */
	readonly home?: string;
}

/**
 * What a program writes; rejects with what it complains of when it does not end well by itself. All
 * consumers are given no proxy: some would ask it even for 127.0.0.1.
 */
export async function output(
	program: string,
	args: readonly string[],
	{ signal, input = "", until = () => false, user, home }: RunOptions,
): Promise<Buffer> {
	const child = spawn(program, args, {
		env: { ...process.env, no_proxy: "*", NO_PROXY: "*", ...(home === undefined ? {} : { HOME: home }) },
		...asUser(user),
		signal,
		killSignal: "SIGKILL",
	});
	const ended = once(child, "close");
	const errors = text(child.stderr);
	// A program that has ended does not read its input.
	child.stdin.on("error", () => {});
	child.stdin.end(input);
	const pieces: Buffer[] = [];
	let enough = false;
	child.stdout.on("data", (piece: Buffer) => {
		pieces.push(piece);
		enough ||= until(Buffer.concat(pieces));
		if (enough) child.kill("SIGKILL");
	});
	const [code] = (await ended) as [number | null];
	if (code !== 0 && !enough)
		throw new Error(`${program} ended with ${code}: ${(await errors).trim() || "it says nothing"}`);
	return Buffer.concat(pieces);
}

function asUser(user: number | undefined): { uid?: number; gid?: number } {
	return user === undefined ? {} : { uid: user, gid: user };
}

/** What a program says of its version. */
export function versionText(program: string, args: readonly string[], user?: number): Promise<string> {
	return new Promise((resolve, reject) => {
		execFile(program, args, { timeout: 20_000, ...asUser(user) }, (_, stdout, stderr) => {
			// Some end with a code of failure, and some write to the error log.
			const text = `${stdout}${stderr}`.trim();
			if (text === "") reject(new Error(`${program} says nothing of its version`));
			else resolve(text);
		});
	});
}

/** The first thing like a version in it. */
export async function versionOf(program: string, args: readonly string[], user?: number): Promise<string> {
	const text = await versionText(program, args, user);
	const version = /\d+(\.[\w.+~-]*\w)+/.exec(text)?.[0];
	if (version === undefined) throw new Error(`${program} says of its version ${JSON.stringify(text)}`);
	return version;
}

/** A path for what is run only where it is installed. */
export function programPath(name: string): string {
	const path = findProgram(name);
	if (path === undefined) throw new Error(`${name} is not installed`);
	return path;
}

export function installed(...names: string[]): boolean {
	return names.every((name) => findProgram(name) !== undefined);
}
