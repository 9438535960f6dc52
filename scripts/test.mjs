import { lint } from "./lint/lint.mjs";
import { inDesktopSimulator } from "./moddable/test-desktop.mjs";
import { isTestOverLwip, overLwip } from "./testing/over-lwip.mjs";
import { runMocha } from "./testing/run-mocha.mjs";
import { exitWith, CommandError } from "./support/command-error.mjs";
import { canBuild32, NEEDS_32 } from "./build/bits32.mjs";
import { setUpEmulation, setUpTests } from "./build/set-up.mjs";
import { missingForXtensa, XTENSA } from "./build/xtensa.mjs";
import { BITS_32, EMULATED, groupTests } from "./testing/test-groups.mjs";
import { chosenTests, testFiles } from "./testing/test-files.mjs";

/** @import { MochaOptions, Totals } from "./testing/run-mocha.mjs" */
/** @import { TestGroup } from "./testing/test-groups.mjs" */

/** The number of groups of tests that run side by side: tests of a camera mostly wait for frames. */
const WORKERS = 2;

/**
 * `npm test -- [--install] [FILES AND FOLDERS] [OPTIONS OF MOCHA]`; --install gets missing programs by apt, as root.
 */
const given = process.argv.slice(2).filter((arg) => arg !== "--install");
if (given.length < process.argv.length - 2) process.env.YIELDCAM_INSTALL = "1";
const option = given.findIndex((arg) => arg.startsWith("-"));
const paths = option < 0 ? given : given.slice(0, option);
const args = option < 0 ? [] : given.slice(option);

await exitWith(async () => {
	/** @type {Totals} */
	const totals = { passed: 0, failed: 0, skipped: 0, failures: [] };
	try {
		const files = paths.length > 0 ? chosenTests(paths) : testFiles("test", { recursive: true });
		await setUpTests();
		if (paths.length === 0) await runLint(totals);
		await runAll(files, totals);
		if (totals.passed + totals.failed + totals.skipped === 0) throw new CommandError("no test ran");
	} catch (error) {
		if (!(error instanceof CommandError)) throw error;
		// If nothing could run, nothing has passed.
		totals.failed += 1;
		process.stderr.write(`yieldcam: ${error.message}\n`);
	}
	const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : "";
	process.stdout.write(`${totals.passed} passed, ${totals.failed} failed${skipped}\n`);
	// Each group has printed its own, perhaps thousands of lines before.
	for (const failure of totals.failures) process.stdout.write(`Failed: ${failure}\n`);
	return totals.failed > 0 ? 1 : 0;
});

/**
 * Counts as one test.
 *
 * @param {Totals} totals
 */
async function runLint(totals) {
	const { ok, text } = await lint();
	totals[ok ? "passed" : "failed"] += 1;
	if (!ok) totals.failures.push("Lint");
	process.stdout.write(ok ? "Lint: no findings\n" : `Lint:\n${text}`);
}

/**
 * @param {readonly string[]} files
 * @param {Totals} totals
 */
async function runAll(files, totals) {
	/**
	 * @param {readonly string[]} some
	 * @param {MochaOptions} options
	 */
	const add = async (some, options) => {
		const { passed, failed, skipped, failures } = await runMocha(some, { args, ...options });
		totals.passed += passed;
		totals.failed += failed;
		totals.skipped += skipped;
		totals.failures.push(...failures);
	};

	// A single group prints as it runs. Several groups print when they are done, so that their lines do not mix.
	const groups = groupTests(files),
		single = groups.length === 1,
		bits32 = canBuild32();
	/** @param {TestGroup} group */
	const environment = (group) =>
		group.bits32 && bits32 && process.env.YIELDCAM_HOST === undefined ? BITS_32 : group.env;
	/** @param {TestGroup} group */
	const runGroup = async (group) => {
		/** @type {Buffer[]} */
		const held = [];
		const begun = performance.now();
		await add(group.files, { env: environment(group), ...(!single && { write: (text) => held.push(text) }) });
		const seconds = Math.round((performance.now() - begun) / 1_000);
		if (!single) process.stdout.write(`${group.name}: ${seconds} s\n${Buffer.concat(held)}`);
	};
	const shared = groups.filter(({ alone }) => !alone);
	const work = async () => {
		for (let group = shared.shift(); group; group = shared.shift()) await runGroup(group);
	};
	await Promise.all(Array.from({ length: WORKERS }, work));
	for (const group of groups.filter(({ alone }) => alone)) await runGroup(group);

	const wide = bits32 ? [] : groups.filter((group) => group.bits32).flatMap((group) => group.files);
	if (wide.length > 0) {
		process.stdout.write(`Skipped with the board's words: ${wide.length} files of tests; ${NEEDS_32}\n`);
		totals.skipped += wide.length;
	}

	const emulated = files.filter((file) => EMULATED.includes(file));
	if (emulated.length > 0) {
		const missing = missingForXtensa();
		if (missing === undefined) {
			await setUpEmulation();
			process.stdout.write("On the ESP32-S3's instructions:\n");
			await add(emulated, { env: XTENSA, args: ["--timeout", "60000", ...args], minutes: 90 });
		} else {
			process.stdout.write(
				`Skipped on the ESP32-S3's instructions: ${emulated.length} files of tests; ${missing}\n`,
			);
			totals.skipped += emulated.length;
		}
	}

	const sockets = files.filter(isTestOverLwip);
	if (sockets.length > 0)
		await overLwip(
			async (options) => {
				process.stdout.write("Over lwIP, in the simulator with the board's sockets:\n");
				await add(sockets, options);
			},
			(reason) => {
				process.stdout.write(`Skipped over lwIP: ${sockets.length} files of tests; ${reason}\n`);
				totals.skipped += sockets.length;
			},
		);

	const endToEnd = files.filter((file) => file.startsWith("build/test/e2e/"));
	if (endToEnd.length === 0) return;
	await inDesktopSimulator(
		async (env) => {
			process.stdout.write("End to end in Moddable's desktop simulator:\n");
			await add(endToEnd, { env });
		},
		(reason) => {
			process.stdout.write(
				`Skipped in Moddable's desktop simulator: ${endToEnd.length} files of tests; ${reason}\n`,
			);
			totals.skipped += endToEnd.length;
		},
	);
}
