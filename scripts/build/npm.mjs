import { runTool } from "../support/run-tool.mjs";

/**
 * Runs the npm that runs this script, or the one on the PATH. Resolves to its exit code and lines.
 *
 * @param {readonly string[]} args
 * @param {{ readonly cwd?: string }} [options]
 */
export function runNpm(args, options) {
	const path = process.env.npm_execpath;
	return path?.endsWith("npm-cli.js")
		? runTool(process.execPath, [path, ...args], options)
		: runTool("npm", args, options);
}

/**
 * Returns the line of npm's output that says why it failed.
 *
 * @param {readonly string[]} lines
 */
export function npmReason(lines) {
	const errors = lines.filter((line) => line.startsWith("npm error ")).map((line) => line.slice("npm error ".length));
	return (
		errors.find((line) => !/^(code|errno|syscall|A complete log)/.test(line)) ??
		errors[0] ??
		lines.at(-1) ??
		"it gives no reason"
	);
}
