import { parseArgs } from "node:util";
import { buildFuzzers, fuzzBitmap, fuzzHost, fuzzRtp } from "./build/fuzzers.mjs";
import { runMocha } from "./testing/run-mocha.mjs";
import { exitWith, CommandError } from "./support/command-error.mjs";
import { setUpTests } from "./build/set-up.mjs";
import { testFiles } from "./testing/test-files.mjs";

const HELP = `npm run fuzz -- [--properties FACTOR] [--runs COUNT] [--bitmaps COUNT] [--rtp COUNT] [--seconds COUNT] [--fast] [--minimize]

  --properties FACTOR  runs the tests of test/fuzz FACTOR times as long as npm test does (20)
  --runs COUNT         inputs for the simulator's host, made by libFuzzer (100000); 0 skips it
  --bitmaps COUNT      the same for the converter of frames to bitmaps (100000)
  --rtp COUNT          the same for the frames that RTP's packets are made of (1000000)
  --seconds COUNT      the maximum duration of each (0: no limit)
  --fast               without AddressSanitizer and UBSan
  --minimize           then reduces test/fuzz/corpus to the fewest inputs with the same coverage
`;

await exitWith(async () => {
	const { values } = parseArgs({
		options: {
			properties: { type: "string", default: "20" },
			runs: { type: "string", default: "100000" },
			bitmaps: { type: "string", default: "100000" },
			rtp: { type: "string", default: "1000000" },
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
	const [properties, runs, bitmaps, rtp, seconds] = /** @type {const} */ ([
		"properties",
		"runs",
		"bitmaps",
		"rtp",
		"seconds",
	]).map((name) => number(name, values[name]));
	await setUpTests();
	let failed = 0;
	if (properties > 0)
		failed += (await runMocha(testFiles("test/fuzz"), { env: { YIELDCAM_FUZZ: String(properties) } })).failed;
	if (runs + bitmaps + rtp > 0) {
		const options = { seconds, minimize: values.minimize, folder: await buildFuzzers(values) };
		if (runs > 0) failed += await fuzzHost(runs, options);
		if (bitmaps > 0) failed += await fuzzBitmap(bitmaps, options);
		if (rtp > 0) failed += await fuzzRtp(rtp, options);
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
		throw new CommandError(`--${name} takes a whole number, not "${text}"`);
	return value;
}
