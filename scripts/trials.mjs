import { parseArgs } from "node:util";
import { buildFuzzers, fuzzBitmap, fuzzHost, fuzzRtp } from "./build/fuzzers.mjs";
import { GOAL, measure, newSeed, sample } from "./mutate/measure.mjs";
import { runMocha } from "./testing/run-mocha.mjs";
import { setUpEmulation, setUpTests } from "./build/set-up.mjs";
import { missingForXtensa, XTENSA } from "./build/xtensa.mjs";
import { lwipSource, NEEDS_LWIP } from "./build/lwip-source.mjs";
import { isTestOverLwip, overLwip } from "./testing/over-lwip.mjs";
import { exitWith, CommandError } from "./support/command-error.mjs";
import { EMULATED, SANITIZED } from "./testing/test-groups.mjs";
import { compiledTest, testFiles } from "./testing/test-files.mjs";

const HELP = `npm run trials -- [--factor FACTOR]

Runs everything that tries to break the server, and prints what was tried, how often, and what broke.

  --factor FACTOR   multiplies the number of attempts (1, which takes two hours)
`;

/** @import { MochaOptions } from "./testing/run-mocha.mjs" */
/** @typedef {(factor: number) => NodeJS.ProcessEnv} Environment Makes tests run as often as the factor says. */
/**
 * @typedef {[what: string, often: string, broke: number]} Row What was tried, how often, and the number of failures.
 */

/**
 * The rows that report the number of tests; the others report their own counts.
 *
 * @type {[what: string, files: string[], env?: Environment][]}
 */
const TESTS = [
	[
		"requests, responses and frames written by hand: whole, byte by byte, at every split",
		[
			...testFiles("test/unit/http"),
			...testFiles("test/unit/extras/client"),
			...testFiles("test/unit/extras/websocket"),
		],
	],
	[
		"properties of everything that reads from a peer (fast-check), 20 times as long as in npm test",
		testFiles("test/fuzz"),
		(factor) => ({ YIELDCAM_FUZZ: String(Math.max(1, Math.round(20 * factor))) }),
	],
	["the unit tests in XS, under ASan and UBSan", [compiledTest("test/sim/xs-units.test.ts")], () => SANITIZED],
	[
		"peers that are slow, silent, stalled or too many, and the maximum of everything at once",
		[compiledTest("test/e2e/load.test.ts")],
	],
	["viewers that connect and disconnect, a thousand", [compiledTest("test/e2e/churn.test.ts")]],
	[
		"programs that play RTSP for ten minutes, also while the sensor rests, and a thousand sessions",
		["rtsp", "rtsp-lasting"].map((name) => compiledTest(`test/e2e/${name}.test.ts`)),
		(factor) => ({
			YIELDCAM_RTSP_SECONDS: String(Math.max(20, Math.round(600 * factor))),
			YIELDCAM_RTSP_SESSIONS: String(Math.max(60, Math.round(1_000 * factor))),
		}),
	],
	[
		"programs that decode 500 pictures over RTSP",
		[compiledTest("test/e2e/rtsp-clients.test.ts")],
		() => ({ YIELDCAM_RTSP_FRAMES: "500" }),
	],
	[
		"generated hostile clients: all that a peer can vary, for an hour",
		[compiledTest("test/hostile/generated.test.ts")],
		(factor) => ({ YIELDCAM_HOSTILE_SECONDS: String(Math.max(10, Math.round(3_600 * factor))) }),
	],
	[
		"hostile clients that once broke it",
		["rows", "found", "owner"].map((name) => compiledTest(`test/hostile/${name}.test.ts`)),
		() => ({ YIELDCAM_HOSTILE_ALL: "1" }),
	],
	[
		"a million new names",
		[compiledTest("test/hostile/names.test.ts")],
		(factor) => ({ YIELDCAM_HOSTILE_NAMES: String(Math.max(1_000, Math.round(1_000_000 * factor))) }),
	],
	[
		"a newcomer who installs the package, compiles the simulator and writes a program",
		[compiledTest("test/programs/newcomer.test.ts")],
		() => ({ YIELDCAM_NEWCOMER: "complete" }),
	],
	[
		"faults of the camera, the sockets, the clock",
		testFiles("test/sim").filter((file) => /\/(faults|camera-binding.*)\.test\.js$/.test(file)),
	],
];

await exitWith(async () => {
	const { values } = parseArgs({
		options: { factor: { type: "string", default: "1" }, help: { type: "boolean", default: false } },
	});
	const factor = Number(values.factor);
	if (values.help) {
		process.stdout.write(HELP);
		return 0;
	}
	if (!(factor > 0)) throw new CommandError(`--factor takes a number above 0, not "${values.factor}"`);
	await setUpTests();
	const folder = await buildFuzzers({ fast: false });
	const { soak } = await import("../build/bench/soak.js");
	const runs = {
		host: Math.round(100_000 * factor),
		bitmap: Math.round(500_000 * factor),
		rtp: Math.round(5_000_000 * factor),
		soak: Math.round(1_000_000 * factor),
	};
	/** @type {Row[]} */
	const rows = [];
	for (const [what, files, env = () => ({})] of TESTS) {
		rows.push(await testRow(what, files, { env: env(factor) }));
	}
	rows.push(...(await overBoardSockets()), await onBoardInstructions());
	rows.push([
		"the firmware over a camera in memory, open and closed by passwords, fed by libFuzzer, under ASan and UBSan",
		`${count(runs.host)} inputs`,
		await fuzzHost(runs.host, { folder }),
	]);
	rows.push([
		"bitmaps of broken frames, fed by libFuzzer, under ASan and UBSan",
		`${count(runs.bitmap)} inputs`,
		await fuzzBitmap(runs.bitmap, { folder }),
	]);
	rows.push([
		"RTP's packets of broken frames, fed by libFuzzer, under ASan and UBSan",
		`${count(runs.rtp)} inputs`,
		await fuzzRtp(runs.rtp, { folder }),
	]);
	rows.push(["viewers that connect, stall and disconnect", `${count(runs.soak)} frames`, await soak(runs.soak)]);
	rows.push(await mutations(Math.round(400 * factor)));
	process.stdout.write(table(rows));
	return rows.some(([, , broke]) => broke > 0) ? 1 : 0;
});

/**
 * Tests the board's sockets over lwIP, which neither a plain machine nor CI has. Tests that nobody runs go wrong
 * unnoticed, so the table names what is missing.
 *
 * @returns {Promise<Row[]>}
 */
async function overBoardSockets() {
	const alone = "the board's sockets over lwIP: hostile peers, lost segments, no memory";
	const whole = "the whole firmware over the board's sockets and lwIP, under ASan and UBSan";
	if (lwipSource() === undefined) return [alone, whole].map((what) => [what, `not tried: ${NEEDS_LWIP}`, 0]);
	/** @type {Row[]} */
	const rows = [await testRow(alone, testFiles("test/lwip"))];
	await overLwip(
		async (options) => {
			rows.push(await testRow(whole, testFiles("test", { recursive: true }).filter(isTestOverLwip), options));
		},
		(reason) => rows.push([whole, `not tried: ${reason}`, 0]),
	);
	return rows;
}

/** @returns {Promise<Row>} */
async function onBoardInstructions() {
	const what = "unit tests and end-to-end tests on the ESP32-S3's instructions";
	const missing = missingForXtensa();
	if (missing !== undefined) return [what, `not tried: ${missing}`, 0];
	await setUpEmulation();
	return testRow(what, EMULATED, { env: XTENSA, args: ["--timeout", "60000"], minutes: 90 });
}

/**
 * @param {string} what
 * @param {readonly string[]} files
 * @param {MochaOptions} [options]
 * @returns {Promise<Row>}
 */
async function testRow(what, files, options) {
	const { passed, failed } = await runMocha(files, options);
	return [what, `${count(passed + failed)} tests`, failed];
}

/**
 * Lists the mutations that no test notices. They count as failures if there are more than the goal allows.
 *
 * @param {number} size
 * @returns {Promise<Row>}
 */
async function mutations(size) {
	const seed = newSeed();
	const { text, made, survivors, below } = await measure((all) => sample(all, size, seed));
	process.stdout.write(text);
	return [
		`broken single lines, of which the unit tests must notice at least ${GOAL} % (npm run mutate -- --sample ${size} --seed ${seed})`,
		`${count(made)} mutations, ${survivors} unnoticed`,
		below ? survivors : 0,
	];
}

/** @param {number} number */
function count(number) {
	return number.toLocaleString("en");
}

/** @param {readonly Row[]} rows */
function table(rows) {
	const lines = [
		["what was tried", "how often", "what broke"],
		...rows.map(([what, often, broke]) => [what, often, broke > 0 ? String(broke) : "nothing"]),
	];
	const widths = [0, 1].map((column) => Math.max(...lines.map((line) => line[column].length)));
	return `\n${lines
		.map((line) =>
			line
				.map((cell, column) => cell.padEnd(widths[column] ?? 0))
				.join("  ")
				.trimEnd(),
		)
		.join("\n")}\n`;
}
