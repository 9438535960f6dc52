import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../support/root.mjs";

/** The default time for one process of tests on a slow machine: a test that never ends must not hold up the others' results. */
const MAX_MINUTES = 20;

const SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/**
 * The numbers of tests by their results, and the title and message of each that failed.
 *
 * @typedef {object} Totals
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string[]} failures
 */

/**
 * @typedef {object} MochaOptions
 * @property {readonly string[]} [args] For mocha.
 * @property {NodeJS.ProcessEnv} [env] What the process needs in its environment.
 * @property {readonly string[]} [within] A command that runs the command which follows it.
 * @property {(printed: Buffer) => void} [write]
 * @property {number} [minutes] After these it is ended.
 */

/**
 * Runs compiled tests in a separate process. Resolves to how many passed, failed and were skipped, and to the failures. The output goes to
 * `write`, or, without it, to that of this process.
 *
 * @param {readonly string[]} files
 * @param {MochaOptions} [options]
 * @returns {Promise<Totals>}
 */
export async function runMocha(files, options = {}) {
	const { args = [], env = {}, within = [], write, minutes = MAX_MINUTES } = options;
	const folder = mkdtempSync(join(tmpdir(), "yieldcam-totals-"));
	const file = join(folder, "totals.json");
	const [command, ...rest] = [...within, process.execPath];
	const code = await run(
		command,
		[
			...rest,
			// The tests also import what package.json exports to nobody else.
			"--conditions=internal",
			"--import",
			"./test/unit/support/node-setup.mjs",
			"node_modules/mocha/bin/mocha.js",
			"--reporter",
			"scripts/testing/totals-reporter.mjs",
			"--timeout",
			"10000",
			// A failed test may leave open what its last lines would have closed, and mocha would wait for it.
			"--exit",
			...args,
			...files,
		],
		{ ...process.env, ...env, YIELDCAM_TOTALS: file },
		write,
		minutes,
	);
	const totals = readTotals(file);
	rmSync(folder, { recursive: true });
	if (totals && (code === 0 || totals.failed > 0)) return totals;
	// A run that exits with an error but without a failed test, or without any totals, has failed as a whole.
	const whole = `a run of ${files.length} files of tests, from ${files[0]}, exited with code ${code}`;
	return { ...(totals ?? { passed: 0, skipped: 0 }), failed: 1, failures: [whole] };
}

/**
 * Runs a command in its own process group, and kills the whole group when the command ends or its time is up.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {((printed: Buffer) => void) | undefined} write
 * @param {number} minutes
 * @returns {Promise<number>}
 */
function run(command, args, env, write, minutes) {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, {
			cwd: root,
			stdio: write ? ["inherit", "pipe", "pipe"] : "inherit",
			env,
			detached: true,
		});
		const print = write ?? ((text) => process.stderr.write(text));
		const endGroup = () => {
			try {
				process.kill(-(/** @type {number} */ (child.pid)), "SIGKILL");
			} catch {
				// The group has no processes left.
			}
		};
		const interrupted = () => {
			endGroup();
			process.exit(130);
		};
		const limit = setTimeout(() => {
			print(Buffer.from(`\nStopped: still running after ${minutes} minutes.\n`));
			endGroup();
		}, minutes * 60_000);
		for (const signal of SIGNALS) process.once(signal, interrupted);
		if (write) {
			child.stdout?.on("data", write);
			child.stderr?.on("data", write);
		}
		child.on("error", (error) => {
			clearTimeout(limit);
			reject(error);
		});
		// Processes that it leaves behind may hold the pipes open, so "close" alone might never come.
		child.on("exit", endGroup);
		child.on("close", (code) => {
			clearTimeout(limit);
			for (const signal of SIGNALS) process.off(signal, interrupted);
			resolve(code ?? 1);
		});
	});
}

/**
 * @param {string} file
 * @returns {Totals | undefined} Undefined if the run did not reach its end.
 */
function readTotals(file) {
	try {
		return JSON.parse(readFileSync(file, "utf8"));
	} catch {
		return undefined;
	}
}
