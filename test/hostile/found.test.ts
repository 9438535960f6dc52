import { assert } from "chai";
import { foundScripts } from "./found.ts";
import { Hunter } from "./hunter.ts";
import { playAgain } from "./of-time.ts";

/** Failures that depend on timing are tried several times: once in `npm test`, and more often in the trials. */
const times = process.env["YIELDCAM_HOSTILE_ALL"] ? 3 : 1;

// Scripts that hunt.ts has found and shrunk; each was kept because it broke the machine.
describe("hostile clients that broke it once", function () {
	this.timeout(120_000);
	const hunter = new Hunter();

	after(() => hunter.close());

	for (const [name, script] of foundScripts()) {
		it(`${name} (${script.target}): ${script.failure?.split(":")[0] ?? "failed"}`, async () => {
			for (let i = 0; i < times; i++) {
				// A script that ends the machine may fail to do so while another client has one of its connections.
				const failure = await playAgain(
					async () =>
						(script.failure?.startsWith("crash") ? await hunter.play(script, true) : undefined) ??
						(await hunter.play(script)),
				);
				assert.isUndefined(failure, failure && `${failure.kind}: ${failure.message}`);
			}
		});
	}
});
