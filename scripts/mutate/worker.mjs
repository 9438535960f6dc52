import Mocha from "mocha";
import module from "node:module";
import { pathToFileURL } from "node:url";
import "../../test/unit/support/node-setup.mjs";

/** A test that asks so much more often whether something is mutated than it did is in an endless loop. */
const OFTENER = 10,
	FEW = 5_000_000;
/** One that takes so much longer than it did hangs. */
const SLOWER = 20,
	LEAST = 2_000;
/** Tests that take longer are run only where the others have noticed nothing. */
const LONG = 100;

const { from, files, count, testFiles, active: initially = -1 } = JSON.parse(process.env.YIELDCAM_MUTATE);
module.register("./load-hook.mjs", import.meta.url, { data: { from, files } });

let active = initially,
	asked = 0,
	limit = Infinity;
const seen = new Uint8Array(count);
globalThis.$mutated = (id) => {
	seen[id] = 1;
	if (++asked > limit) throw new Error("an endless loop");
	return id === active;
};

const mocha = new Mocha({ bail: true, timeout: 10_000, reporter: class {} });
mocha.cleanReferencesAfterRun(false);
// Not by mocha, which tries `require` first: that passes by the hook.
for (const file of testFiles) {
	mocha.suite.emit("pre-require", globalThis, file, mocha);
	mocha.suite.emit("require", await import(pathToFileURL(file)), file, mocha);
	mocha.suite.emit("post-require", globalThis, file, mocha);
}

/** All tests, in the order in which they run, and where they are. */
const tests = [],
	suites = [];
collect(mocha.suite);
process.send({ tests: tests.map((test) => test.fullTitle()), seen: takeSeen() });

process.on("message", async ({ id, chosen, known, near = "" }) => {
	active = id ?? -1;
	if (!chosen) return process.send({ cover: await cover() });
	const wanted = new Set(chosen);
	const isLong = (at) => known[at].duration > LONG;
	tests.forEach((test, at) => {
		test.timer = undefined; // one that has run would begin to wait for it at once
		test.timeout(Math.max(LEAST, SLOWER * known[at].duration));
		test.limit = FEW + OFTENER * known[at].asked;
	});
	// Where it is caught at all, it mostly is by the tests of the same folder.
	const isNear = (at) => tests[at].file.includes(near);
	const by =
		(await run((at) => wanted.has(at) && !isLong(at) && isNear(at))) ??
		(await run((at) => wanted.has(at) && !isLong(at) && !isNear(at))) ??
		(await run((at) => wanted.has(at) && isLong(at)));
	process.send({ by });
});

function collect(suite) {
	suites.push({ suite, own: suite.tests.map((test) => tests.push(test) - 1) });
	suite.suites.forEach(collect);
}

/** Which mutations each test comes by, and how long it takes. */
async function cover() {
	const covered = [];
	const failed = await run(
		() => true,
		(runner) =>
			runner.on("test end", (test) => {
				covered[tests.indexOf(test)] = { seen: takeSeen(), duration: test.duration, asked };
			}),
	);
	return failed === undefined ? covered : { failed };
}

/** Resolves to the first test that fails, if any does. */
function run(isChosen, watch = () => {}) {
	let chosen = 0;
	for (const { suite, own } of suites) {
		suite.tests = own.filter(isChosen).map((at) => tests[at]);
		chosen += suite.tests.length;
	}
	if (chosen === 0) return undefined;
	let by;
	return new Promise((resolve) => {
		const runner = mocha.run(() => resolve(by));
		runner.on("test", (test) => {
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
	const found = [];
	seen.forEach((value, id) => value && found.push(id));
	seen.fill(0);
	return found;
}
