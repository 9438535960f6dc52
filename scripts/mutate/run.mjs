import { readFileSync } from "node:fs";
import { CommandError } from "../support/command-error.mjs";
import { testFiles } from "../testing/test-files.mjs";
import { Crew } from "./crew.mjs";
import { mutable } from "./program.mjs";

/** @import { Mutation } from "./program.mjs" */
/** @import { Known } from "./worker.mjs" */

/** @typedef {(mutations: Mutation[]) => Mutation[]} Choose Takes all mutations and returns those to make. */

/**
 * @typedef {object} Made
 * @property {Mutation[]} chosen The mutations that were made.
 * @property {number} total The number of all mutations.
 * @property {number} equivalent The number of those that change nothing.
 */

/** @typedef {readonly (readonly number[])[]} Coverage The tests that reach each mutation, by their numbers. */

/** The number of mutations that one process catches before it has to pass without a mutation again. */
const BATCH = 50;

/**
 * Makes mutations, one at a time, and runs the tests of test/unit that reach it.
 *
 * @param {readonly string[]} folders
 * @param {Choose} choose
 * @param {(made: number, total: number, mutation: Mutation) => void} [update] Called with the number made so far.
 * @returns {Promise<Made>} All that were made, each with `caught`: the test that noticed it, or another way; undefined
 * if nothing noticed.
 */
export async function mutate(folders, choose, update = () => {}) {
	const { mutations, modules } = await mutable(folders);
	const equivalents = readEquivalents(mutations);
	const chosen = choose(mutations.filter((mutation) => !equivalents.has(mutation)));
	const crew = new Crew({ ...modules, testFiles: testFiles("test/unit", { recursive: true }) });
	try {
		const { early, coverage, known } = await cover(crew, mutations);
		let made = 0;
		/** @param {Mutation} mutation */
		const progress = (mutation) => update(++made, chosen.length, mutation);
		await makeInTests(
			crew,
			chosen.filter(({ id }) => !early.has(id)),
			coverage,
			known,
			progress,
		);
		for (const mutation of chosen.filter(({ id }) => early.has(id))) {
			await makeInModule(crew, mutation, testsOf(mutation, mutations, coverage), known);
			progress(mutation);
		}
	} finally {
		crew.stop();
	}
	return { chosen, total: mutations.length, equivalent: equivalents.size };
}

/**
 * Runs all tests, none of which may fail. Notes which tests reach which mutations, and which mutations the modules
 * reach as they load.
 *
 * @param {Crew} crew
 * @param {readonly Mutation[]} mutations
 */
async function cover(crew, mutations) {
	const started = await crew.start();
	const covered = started && (await crew.ask({}))?.cover;
	if (!Array.isArray(covered))
		throw new CommandError(`the unit tests fail without a mutation: ${covered?.failed ?? "they cannot run"}`);
	/** @type {number[][]} */
	const coverage = mutations.map(() => []);
	covered.forEach(({ seen }, at) => seen.forEach((id) => coverage[id].push(at)));
	return {
		early: new Set(started?.seen),
		coverage,
		known: covered.map(({ duration, asked }) => ({ duration, asked })),
	};
}

/**
 * Makes the mutations in functions: many in one process.
 *
 * @param {Crew} crew
 * @param {readonly Mutation[]} mutations
 * @param {Coverage} coverage
 * @param {readonly Known[]} known
 * @param {(mutation: Mutation) => void} progress
 */
async function makeInTests(crew, mutations, coverage, known, progress) {
	/** @type {Mutation[]} */
	let batch = [];
	for (const mutation of mutations) {
		const chosen = coverage[mutation.id];
		if (chosen.length > 0) mutation.caught = await make(crew, mutation, chosen, known);
		if (mutation.caught && mutation.by !== undefined) batch.push(mutation);
		if (batch.length === BATCH) {
			await confirm(crew, batch, coverage, known);
			batch = [];
		}
		progress(mutation);
	}
	await confirm(crew, batch, coverage, known);
}

/**
 * If the effects of one mutation outlive it, the next ones seem to be caught. In that case this function makes the
 * batch again, each mutation in its own process.
 *
 * @param {Crew} crew
 * @param {readonly Mutation[]} batch
 * @param {Coverage} coverage
 * @param {readonly Known[]} known
 */
async function confirm(crew, batch, coverage, known) {
	if (batch.length === 0) return;
	const chosen = [...new Set(batch.flatMap(({ id }) => coverage[id]))];
	const answer = await crew.ask({ chosen, known });
	if (answer && answer.by === undefined) return;
	for (const mutation of batch) {
		await crew.start();
		mutation.caught = await make(crew, mutation, coverage[mutation.id], known);
	}
	await crew.start();
}

/**
 * @param {Crew} crew
 * @param {Mutation} mutation
 * @param {readonly number[]} chosen
 * @param {readonly Known[]} known
 */
async function make(crew, mutation, chosen, known) {
	const near = mutation.file.replace(/^src/, "test/unit").replace(/[^/]*$/, "");
	const answer = await crew.ask({ id: mutation.id, chosen, known, near });
	mutation.by = answer?.by;
	if (answer) return answer.by;
	await crew.start();
	return "it hung or died";
}

/**
 * Makes a mutation of code that a module runs as it loads: in its own process.
 *
 * @param {Crew} crew
 * @param {Mutation} mutation
 * @param {readonly number[]} chosen
 * @param {readonly Known[]} known
 */
async function makeInModule(crew, mutation, chosen, known) {
	const started = await crew.start(mutation.id);
	mutation.caught = !started ? "a module did not load" : await make(crew, mutation, chosen, known);
}

/**
 * Returns the tests that reach its file, or all tests if none does, as with constants that other modules use.
 *
 * @param {Mutation} mutation
 * @param {readonly Mutation[]} mutations
 * @param {Coverage} coverage
 */
function testsOf(mutation, mutations, coverage) {
	const chosen = [
		...new Set(mutations.filter(({ file }) => file === mutation.file).flatMap(({ id }) => coverage[id])),
	];
	return chosen.length > 0 ? chosen : [...new Set(coverage.flat())];
}

/**
 * Returns the mutations that are known to change nothing observable. An entry that matches no mutation is an error.
 *
 * @param {readonly Mutation[]} mutations
 */
function readEquivalents(mutations) {
	/** @type {Set<Mutation>} */
	const known = new Set();
	/** @type {{ file: string, source: string, what: string[], reason: string }[]} */
	const entries = JSON.parse(readFileSync(new URL("equivalent.json", import.meta.url), "utf8"));
	for (const { file, source, what, reason } of entries) {
		const found = mutations.filter(
			(mutation) => mutation.file === file && mutation.source === source && what.includes(mutation.what),
		);
		if (found.length === 0 || !reason)
			throw new CommandError(
				`scripts/mutate/equivalent.json has an entry that matches nothing: ${file}, "${source}"`,
			);
		for (const mutation of found) known.add(mutation);
	}
	return known;
}
