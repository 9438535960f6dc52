import { runMocha } from "./testing/run-mocha.mjs";
import { exitWith } from "./support/setup-error.mjs";
import { setUpTests } from "./build/set-up.mjs";

/** Runs the conformance tests, and writes docs/conformance.md with what came of them. */
await exitWith(async () => {
	await setUpTests();
	const { failed, skipped } = await runMocha(["build/test/conformance/conformance.test.js"], {
		env: { YIELDCAM_CONFORMANCE: "1" },
	});
	if (skipped > 0)
		process.stdout.write(
			`docs/conformance.md has "not run" in ${skipped} places: what is missing is named above\n`,
		);
	return failed > 0 ? 1 : 0;
});
