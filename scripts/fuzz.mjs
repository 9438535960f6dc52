import { parseArgs } from "node:util";
import { buildFuzzers, fuzzBitmap, fuzzHost } from "./build/fuzzers.mjs";
import { runMocha } from "./testing/run-mocha.mjs";
import { exitWith, SetupError } from "./support/setup-error.mjs";
import { setUpTests } from "./build/set-up.mjs";
import { testFiles } from "./testing/test-files.mjs";

const HELP = `npm run fuzz -- [--properties FACTOR] [--runs COUNT] [--bitmaps COUNT] [--seconds COUNT] [--fast] [--minimize]

  --properties FACTOR  the tests of test/fuzz, that many times as long as in npm test (20)
  --runs COUNT         inputs for the simulator's host, made by libFuzzer (100000); 0 leaves it out
  --bitmaps COUNT      inputs for what makes a bitmap of a frame, likewise (100000)
  --seconds COUNT      neither longer than that
  --fast               without AddressSanitizer and UBSan
  --minimize           then leaves in test/fuzz/corpus as few inputs as reach all that was reached
`;

await exitWith(async () => {
	const { values } = parseArgs({
		options: {
			properties: { type: "string", default: "20" },
			runs: { type: "string", default: "100000" },
			bitmaps: { type: "string", default: "100000" },
			seconds: { type: "string", default: "0" },
			fast: { type: "boolean", default: false },
			minimize: { type: "boolean", default: false },
			help: { type: "boolean", default: false },
		},
	});
	if (values.help) {
		process.stdout.write(HELP);
		return 0;
	}
	const [properties, runs, bitmaps, seconds] = /** @type {const} */ ([
		"properties",
		"runs",
		"bitmaps",
		"seconds",
	]).map((name) => number(name, values[name]));
	await setUpTests();
	let failed = 0;
	if (properties > 0)
		failed += (await runMocha(testFiles("test/fuzz"), { env: { YIELDCAM_FUZZ: String(properties) } })).failed;
	if (runs + bitmaps > 0) {
		const options = { seconds, minimize: values.minimize, folder: await buildFuzzers(values) };
		if (runs > 0) failed += await fuzzHost(runs, options);
		if (bitmaps > 0) failed += await fuzzBitmap(bitmaps, options);
	}
	return failed > 0 ? 1 : 0;
});

/**
 * @param {string} name
 * @param {string} text
 */
function number(name, text) {
	const value = Number(text);
	if (text === "" || !Number.isInteger(value) || value < 0)
		throw new SetupError(`--${name} takes a whole number, not "${text}"`);
	return value;
}
