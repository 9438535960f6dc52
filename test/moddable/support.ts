import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { findModdable, type Moddable } from "#scripts/moddable/sdk.mjs";
import { root } from "../support/root.ts";

/** The folders that a build for the ESP32 needs, without the compiler. */
export interface Esp32Tools {
	readonly moddable: Moddable;
	/** esp-idf's folder. */
	readonly idf: string;
}

export function skip(context: Mocha.Context, reason: string): never {
	console.log(`    skipped, missing ${reason}`);
	return context.skip();
}

export function moddable(context: Mocha.Context): Moddable {
	if (!process.env["MODDABLE"]) return skip(context, "MODDABLE: the Moddable SDK is not on this machine");
	return findModdable();
}

export function esp32Tools(context: Mocha.Context): Esp32Tools {
	const found = moddable(context);
	return { moddable: found, idf: folder(context, "IDF_PATH", "esp-idf is not on this machine") };
}

/** The folder in an environment variable; if it is set, the folder must exist. */
export function folder(context: Mocha.Context, variable: string, otherwise: string): string {
	const path = process.env[variable];
	if (!path) return skip(context, `${variable}: ${otherwise}`);
	if (!existsSync(path)) throw new Error(`${variable} is ${path}, which does not exist`);
	return path;
}

export interface Finished {
	readonly code: number | null;
	readonly output: string;
}

/** Runs a program in a folder until it ends. */
export function run(
	command: string,
	args: readonly string[],
	{ cwd = root, env = {} }: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Finished {
	const { status, stdout, stderr, error } = spawnSync(command, args, {
		cwd,
		env: { ...process.env, ...env },
		encoding: "utf8",
		maxBuffer: 1 << 26,
	});
	if (error) throw error;
	return { code: status, output: stdout + stderr };
}

/**
 * Lines of a build with errors or warnings in the project's code; the SDK's own modules, and its engine, have warnings
 * too.
 */
export function complaints(output: string): string[] {
	const sdk = `${process.env["MODDABLE"]}/`;
	return output
		.split("\n")
		.filter(
			(line) =>
				/\b(error|warning)\b/.test(line) &&
				!line.startsWith("# ") &&
				!line.startsWith(sdk) &&
				!line.includes("/modules/"),
		);
}
