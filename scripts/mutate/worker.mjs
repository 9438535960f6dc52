import Mocha from "mocha";
import module from "node:module";
import { pathToFileURL } from "node:url";

/** @import { MutableModules } from "./program.mjs" */

/**
 * What the worker gets by its environment, and the mutation that is in place while it loads: default: none.
 *
 * @typedef {MutableModules & { testFiles: string[], active?: number }} WorkerOptions
 */

/**
 * What it says first: the tests, in the order in which they run, and which mutations the modules come by as they load.
 *
 * @typedef {{ tests: string[], seen: number[] }} Started
 */

/**
 * What it is asked then: whether one of the chosen tests notices a mutation, or, where none are chosen, what all of them
 * come by.
 *
 * @typedef {object} Question
 * @property {number} [id] The mutation; default: none.
 * @property {readonly number[]} [chosen] The tests, by their numbers.
 * @property {readonly Known[]} [known] Of all tests.
 * @property {string} [near] Part of the paths of those that run first.
 */

/**
 * What it answers.
 *
 * @typedef {object} Answer
 * @property {Covered[] | { failed: string }} [cover] Of all tests; or the one that failed.
 * @property {string} [by] The first of the chosen tests that failed, and how.
 */

/**
 * What is known of a test without a mutation: its milliseconds, and how often something asked whether it is mutated.
 *
 * @typedef {{ duration: number, asked: number }} Known
 * @typedef {Known & { seen: number[] }} Covered And the mutations that it comes by.
 */

/** @typedef {Mocha.Test & { limit?: number }} LimitedTest A test that may ask so often whether something is mutated. */

/** A test that asks so much more often whether something is mutated than it did is in an endless loop. */
const OFTENER = 10,
	FEW = 5_000_000;
/** One that takes so much longer than it did hangs. */
const SLOWER = 20,
	LEAST = 2_000;
/** Tests that take longer are run only where the others have noticed nothing. */
const LONG = 100;

/** @type {WorkerOptions} */
const options = JSON.parse(/** @type {string} */ (process.env.YIELDCAM_MUTATE));
const { from, files, count, testFiles, active: initially = -1 } = options;
module.register("./load-hook.mjs", import.meta.url, { data: { from, files } });

let active = initially,
	asked = 0,
	limit = Infinity;
const seen = new Uint8Array(count);
Object.assign(globalThis, {
	/** @param {number} id */
	$mutated: (id) => {
		seen[id] = 1;
		if (++asked > limit) throw new Error("an endless loop");
		return id === active;
	},
});

const silent = /** @type {Mocha.ReporterConstructor} */ (/** @type {unknown} */ (class {}));
const mocha = new Mocha({ bail: true, timeout: 10_000, reporter: silent });
mocha.cleanReferencesAfterRun(false);
// Not by mocha, which tries `require` first: that passes by the hook.
for (const file of testFiles) {
	mocha.suite.emit("pre-require", globalThis, file, mocha);
	mocha.suite.emit("require", await import(pathToFileURL(file).href), file, mocha);
	mocha.suite.emit("post-require", globalThis, file, mocha);
}

/**
 * All tests, in the order in which they run.
 *
 * @type {LimitedTest[]}
 */
const tests = [];
/**
 * Where they are.
 *
 * @type {{ suite: Mocha.Suite, own: number[] }[]}
 */
const suites = [];
collect(mocha.suite);
say({ tests: tests.map((test) => test.fullTitle()), seen: takeSeen() });

process.on("message", async (message) => {
	const { id, chosen, known = [], near = "" } = /** @type {Question} */ (message);
	active = id ?? -1;
	if (!chosen) {
		say({ cover: await cover() });
		return;
	}
	const wanted = new Set(chosen);
	/** @param {number} at */
	const isLong = (at) => known[at].duration > LONG;
	tests.forEach((test, at) => {
		test.timer = undefined; // one that has run would begin to wait for it at once
		test.timeout(Math.max(LEAST, SLOWER * known[at].duration));
		test.limit = FEW + OFTENER * known[at].asked;
	});
	// Where it is caught at all, it mostly is by the tests of the same folder.
	/** @param {number} at */
	const isNear = (at) => (tests[at].file ?? "").includes(near);
	const by =
		(await run((at) => wanted.has(at) && !isLong(at) && isNear(at))) ??
		(await run((at) => wanted.has(at) && !isLong(at) && !isNear(at))) ??
		(await run((at) => wanted.has(at) && isLong(at)));
	say({ by });
});

/** @param {Started | Answer} message */
function say(message) {
	process.send?.(message);
}

/** @param {Mocha.Suite} suite */
function collect(suite) {
	suites.push({ suite, own: suite.tests.map((test) => tests.push(test) - 1) });
	suite.suites.forEach(collect);
}

/**
 * Which mutations each test comes by, and how long it takes.
 *
 * @returns {Promise<Answer["cover"]>}
 */
async function cover() {
	/** @type {Covered[]} */
	const covered = [];
	const failed = await run(
		() => true,
		(runner) =>
			runner.on("test end", (test) => {
				covered[tests.indexOf(test)] = { seen: takeSeen(), duration: test.duration ?? 0, asked };
			}),
	);
	return failed === undefined ? covered : { failed };
}

/**
 * Resolves to the first test that fails, if any does.
 *
 * @param {(at: number) => boolean} isChosen
 * @param {(runner: Mocha.Runner) => void} [watch]
 * @returns {Promise<string | undefined> | undefined}
 */
function run(isChosen, watch = () => {}) {
	let chosen = 0;
	for (const { suite, own } of suites) {
		suite.tests = own.filter(isChosen).map((at) => tests[at]);
		chosen += suite.tests.length;
	}
	if (chosen === 0) return undefined;
	/** @type {string | undefined} */
	let by;
	return new Promise((resolve) => {
		const runner = mocha.run(() => resolve(by));
		runner.on("test", (/** @type {LimitedTest} */ test) => {
			asked = 0;
			limit = test.limit ?? Infinity;
		});
		runner.on("fail", (test, error) => {
			by ??= `${test.fullTitle()}: ${error.message}`;
		});
		watch(runner);
	});
}

function takeSeen() {
	/** @type {number[]} */
	const found = [];
	seen.forEach((value, id) => value && found.push(id));
	seen.fill(0);
	return found;
}
