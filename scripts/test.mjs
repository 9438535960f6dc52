import { inDesktopSimulator } from "./moddable/test-desktop.mjs";
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
	const everything = only(testFiles("test", { recursive: true }));
	const endToEnd = only(testFiles("test/e2e"));
	// What drives the simulator, once more with every access checked.
	const driving = [...endToEnd, ...only(testFiles("test/sim"))];
	const add = async (files, options) => {
		for (const [name, count] of Object.entries(files.length > 0 ? await runMocha(files, { args, ...options }) : {}))
			totals[name] += count;
	};

	// Two at a time, since tests of a camera mostly wait for frames; the page and the longest of the
	// hostile clients with the second, which has less to do. What it prints is held back until the first is done.
	const held = [], write = (text) => held.push(text);
	const shown = everything.filter((file) => /^build\/test\/(page\/|hostile\/(rows|generated))/.test(file));
	const beside = (async () => {
		await add(shown, { write });
		if (driving.length > 0)
			write(Buffer.from("Once more with the simulator's host built under AddressSanitizer and UBSan:\n"));
		await add(driving, { env: { YIELDCAM_HOST: "build/host-asan/yieldcam-sim" }, write });
	})();
	await add(everything.filter((file) => !shown.includes(file)));
	await beside;
	process.stdout.write(Buffer.concat(held));

	if (endToEnd.length === 0)
		return;
	await inDesktopSimulator(async (env) => {
		process.stdout.write("Once more in Moddable's desktop simulator:\n");
		await add(endToEnd, { env });
	}, (reason) => {
		process.stdout.write(`Skipped in Moddable's desktop simulator: ${endToEnd.length} files of tests; ${reason}\n`);
		totals.skipped += endToEnd.length;
	});
}
