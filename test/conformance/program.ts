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
	/** The number of the user that it runs as, if that is another. */
	readonly user?: number | undefined;
	/** Its home folder. */
	readonly home?: string;
}

/**
 * The output of a program; rejects with its error output if it fails. No consumer gets a proxy: some would use it even
 * for 127.0.0.1.
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
		throw new Error(`${program} ended with ${code}: ${(await errors).trim() || "no error output"}`);
	return Buffer.concat(pieces);
}

function asUser(user: number | undefined): { uid?: number; gid?: number } {
	return user === undefined ? {} : { uid: user, gid: user };
}

/** A program's output about its version. */
export function versionText(program: string, args: readonly string[], user?: number): Promise<string> {
	return new Promise((resolve, reject) => {
		execFile(program, args, { timeout: 20_000, ...asUser(user) }, (_, stdout, stderr) => {
			// Some exit with an error code, and some write to the error log.
			const text = `${stdout}${stderr}`.trim();
			if (text === "") reject(new Error(`${program} prints no version`));
			else resolve(text);
		});
	});
}

/** The first text that looks like a version. */
export async function versionOf(program: string, args: readonly string[], user?: number): Promise<string> {
	const text = await versionText(program, args, user);
	const version = /\d+(\.[\w.+~-]*\w)+/.exec(text)?.[0];
	if (version === undefined) throw new Error(`${program} prints as its version ${JSON.stringify(text)}`);
	return version;
}

/** The path of a program that runs only where it is installed. */
export function programPath(name: string): string {
	const path = findProgram(name);
	if (path === undefined) throw new Error(`${name} is not installed`);
	return path;
}

export function installed(...names: string[]): boolean {
	return names.every((name) => findProgram(name) !== undefined);
}
