import { runMocha } from "./run-mocha.mjs";
import { exitWith, SetupError } from "./setup-error.mjs";
import { setUpTests } from "./setup.mjs";
import { compiledTest, testFiles } from "./test-files.mjs";

/** `npm test -- ARGS`: sources of tests run alone, anything else is for mocha. */
const given = process.argv.slice(2);
const chosen = given.filter((arg) => arg.endsWith(".test.ts")).map(compiledTest);
const args = given.filter((arg) => !arg.endsWith(".test.ts"));

await exitWith(async () => {
	const totals = { passed: 0, failed: 0, skipped: 0 };
	try {
		await setUpTests();
		await runAll(totals);
		if (totals.passed + totals.failed + totals.skipped === 0)
			throw new SetupError("there is no such test");
	}
	catch (error) {
		if (!(error instanceof SetupError))
			throw error;
		// Where nothing could run, nothing has passed.
		totals.failed += 1;
		process.stderr.write(`yieldcam: ${error.message}\n`);
	}
	const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : "";
	process.stdout.write(`${totals.passed} passed, ${totals.failed} failed${skipped}\n`);
	return totals.failed > 0 ? 1 : 0;
});

async function runAll(totals) {
	const only = (files) => files.filter((file) => chosen.length === 0 || chosen.includes(file));
	const runs = [
		{ files: only(testFiles("test", { recursive: true })), env: {} },
		// The tests that drive the simulator, which lie in that folder itself, once more with every access checked.
		{ files: only(testFiles("test/sim", { recursive: false })), env: { YIELDCAM_HOST: "build/host-asan/yieldcam-sim" } },
	];
	for (const { files, env } of runs) {
		if (files.length === 0)
			continue;
		if (env.YIELDCAM_HOST)
			process.stdout.write("Once more with the simulator's host built under AddressSanitizer and UBSan:\n");
		for (const [name, count] of Object.entries(await runMocha(files, { args, env })))
			totals[name] += count;
	}
}
