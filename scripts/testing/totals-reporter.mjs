import { writeFileSync } from "node:fs";
import Mocha from "mocha";

/**
 * mocha's own reporter, which also writes the totals and the failures to a file for `scripts/test.mjs`, which adds up
 * several runs.
 */
export default class TotalsReporter extends Mocha.reporters.Spec {
	/**
	 * @param {Mocha.Runner} runner
	 * @param {Mocha.MochaOptions} options
	 */
	constructor(runner, options) {
		super(runner, options);
		/** @type {string[]} */
		const failures = [];
		runner.on(Mocha.Runner.constants.EVENT_TEST_FAIL, (test, error) => {
			failures.push(`${test.fullTitle()}\n    ${error.message ?? error}`);
		});
		runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
			const { passes, pending } = /** @type {Mocha.Stats} */ (runner.stats);
			writeFileSync(
				/** @type {string} */ (process.env.YIELDCAM_TOTALS),
				JSON.stringify({ passed: passes, failed: failures.length, skipped: pending, failures }),
			);
		});
	}
}
