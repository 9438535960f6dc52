import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { root } from "./root.mjs";

/**
 * Runs a program, by default in the project's folder. Resolves to its exit code and all lines that it printed, in
 * order.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ readonly cwd?: string, readonly onLine?: (line: string) => void }} [options]
 * @returns {Promise<{ code: number, lines: string[] }>}
 */
export function runTool(command, args, { cwd = root, onLine = () => {} } = {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
		/** @type {string[]} */
		const lines = [];
		for (const stream of [child.stdout, child.stderr])
			createInterface({ input: stream }).on("line", (line) => {
				lines.push(line);
				onLine(line);
			});
		child.on("error", reject);
		child.on("close", (code) => resolve({ code: code ?? 1, lines }));
	});
}
