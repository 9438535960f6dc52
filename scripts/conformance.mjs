import { runMocha } from "./testing/run-mocha.mjs";
import { exitWith } from "./support/command-error.mjs";
import { setUpTests } from "./build/set-up.mjs";
import { onlyHelp } from "./support/no-arguments.mjs";

/** Runs the conformance tests, and writes their results to docs/conformance.md. */
await exitWith(async () => {
	if (onlyHelp("npm run conformance: runs the conformance tests, and writes their results to docs/conformance.md\n"))
		return 0;
	await setUpTests();
	const { failed, skipped } = await runMocha(["build/test/conformance/conformance.test.js"], {
		env: { YIELDCAM_CONFORMANCE: "1" },
	});
	if (skipped > 0)
		process.stdout.write(
			`docs/conformance.md has "not run" in ${skipped} places: the missing programs are named above\n`,
		);
	return failed > 0 ? 1 : 0;
});
