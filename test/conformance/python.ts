import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "../support/root.ts";
import { findProgram } from "../support/tools.ts";
import { output, type RunOptions } from "./program.ts";

/** Debian's packages are for Debian's Python only, and another may come first on the PATH. */
const INTERPRETERS = [...new Set(["/usr/bin/python3", findProgram("python3")])];
/** Missing modules are looked for again, since they may have been installed since. */
const found = new Map<string, string | undefined>();

/** A Python that has the modules. */
export function pythonWith(...modules: string[]): string | undefined {
	const key = modules.join();
	if (found.get(key) === undefined) {
		const script = `import importlib.util, sys; sys.exit(not all(importlib.util.find_spec(m) for m in ${JSON.stringify(modules)}))`;
		found.set(
			key,
			INTERPRETERS.find(
				(path) => path !== undefined && spawnSync(path, ["-c", script], { stdio: "ignore" }).status === 0,
			),
		);
	}
	return found.get(key);
}

/** Runs a script of ./python, and returns the JSON that it prints. */
export async function runScript(
	python: string,
	script: string,
	args: readonly string[],
	options: RunOptions,
): Promise<unknown> {
	const printed = await output(python, ["-B", join(root, "test/conformance/python", script), ...args], options);
	return JSON.parse(printed.toString("utf8"));
}

/** A script's pictures, which it prints in Base64. */
export async function runPictures(
	python: string,
	script: string,
	args: readonly string[],
	options: RunOptions,
): Promise<Buffer[]> {
	const pictures = (await runScript(python, script, args, options)) as readonly string[];
	return pictures.map((picture) => Buffer.from(picture, "base64"));
}

/** The versions that Python's modules report. */
export async function moduleVersions(python: string, ...modules: string[]): Promise<string> {
	const script = [
		`import platform${modules.map((name) => `, ${name}`).join("")}`,
		`print("Python", platform.python_version()${modules.map((name) => `, "${name}", ${name}.__version__`).join("")})`,
	].join("\n");
	const printed = await output(python, ["-c", script], { signal: AbortSignal.timeout(20_000) });
	return printed.toString("utf8").trim();
}
