import Mocha from "mocha";
import module from "node:module";
import { pathToFileURL } from "node:url";

/** @import { MutableModules } from "./program.mjs" */

/**
 * The worker's options, which it gets from its environment. `active` is the mutation in place while it loads. Default:
 * none.
 *
 * @typedef {MutableModules & { testFiles: string[], active?: number }} WorkerOptions
 */

/**
 * The worker's first message: the tests, in the order in which they run, and the mutations that the modules reach as
 * they load.
 *
 * @typedef {{ tests: string[], seen: number[] }} Started
 */

/**
 * A question to the worker: whether one of the chosen tests notices a mutation, or, if none are chosen, which mutations
 * all tests reach.
 *
 * @typedef {object} Question
 * @property {number} [id] The mutation. Default: none.
 * @property {readonly number[]} [chosen] The tests, by their numbers.
 * @property {readonly Known[]} [known] For all tests.
 * @property {string} [near] Part of the paths of the tests that run first.
 */

/**
 * The worker's answer.
 *
 * @typedef {object} Answer
 * @property {Covered[] | { failed: string }} [cover] For all tests, or the test that failed.
 * @property {string} [by] The first of the chosen tests that failed, and how.
 */

/**
 * Properties of a test without a mutation: its duration in milliseconds, and how often code asked whether it is
 * mutated.
 *
 * @typedef {{ duration: number, asked: number }} Known
 * @typedef {Known & { seen: number[] }} Covered The same, with the mutations that it reaches.
 */

/** @typedef {Mocha.Test & { limit?: number }} LimitedTest A test that may ask only `limit` times what is mutated. */

/** A test that asks OFTENER times as often as it did without a mutation, plus FEW times, is in an endless loop. */
const OFTENER = 10,
	FEW = 5_000_000;
/** A test that takes SLOWER times as long as without a mutation, and at least LEAST milliseconds, hangs. */
const SLOWER = 20,
	LEAST = 2_000;
/** Milliseconds. Tests that take longer run only if the others have noticed nothing. */
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
// Not loaded by mocha, which tries `require` first, and that bypasses the hook.
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
 * The suites, with the numbers of their own tests.
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
		test.timer = undefined; // a test that has run before would start this timer at once
		test.timeout(Math.max(LEAST, SLOWER * known[at].duration));
		test.limit = FEW + OFTENER * known[at].asked;
	});
	// Most mutations are caught by the tests of the same folder, if at all.
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
 * Resolves to the mutations that each test reaches, and to its duration.
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
 * Runs the chosen tests. Resolves to the first that fails, if any does.
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
