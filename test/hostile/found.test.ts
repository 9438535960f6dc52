import { assert } from "chai";
import { foundScripts } from "./found.ts";
import { Hunter } from "./hunter.ts";

/** What breaks by chance of timing is tried as often: once in `npm test`, and in the trials more. */
const times = process.env["YIELDCAM_HOSTILE_ALL"] ? 3 : 1;

// What hunt.ts has found and made smaller; each was kept because it broke the machine.
describe("hostile clients that broke it once", function () {
	this.timeout(120_000);
	const hunter = new Hunter();

	after(() => hunter.close());

	for (const [name, script] of foundScripts()) {
		it(`${name} (${script.target}): ${script.failure?.split(":")[0] ?? "failed"}`, async () => {
			for (let i = 0; i < times; i++) {
				// What ends the machine may not, beside somebody who has one of its connections.
				const failure =
					(script.failure?.startsWith("crash") ? await hunter.play(script, true) : undefined) ??
					(await hunter.play(script));
				assert.isUndefined(failure, failure && `${failure.kind}: ${failure.message}`);
			}
		});
	}
});
