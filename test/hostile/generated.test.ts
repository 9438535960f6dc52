import { assert } from "chai";
import { generate } from "./generate.ts";
import { Hunter } from "./hunter.ts";
import { isOfTime } from "./of-time.ts";

const seconds = Number(process.env["YIELDCAM_HOSTILE_SECONDS"] ?? 60);
const given = process.env["YIELDCAM_SEED"];
/** Whether failures in time count: in the trials, which run alone. Beside other tests only crashes and leaks count. */
const strict = process.env["YIELDCAM_HOSTILE_SECONDS"] !== undefined;
/** Milliseconds for shrinking a script that broke it. */
const SHRINKING = 60_000;
/** Each target's share of the time. The firmware is what most people run. */
const SHARES: readonly [target: string, share: number][] = [
	["firmware", 0.4],
	["locked", 0.2],
	["robot", 0.25],
	["relay", 0.15],
];

describe("generated hostile clients", function () {
	this.timeout(1_000 * seconds + 3 * SHRINKING + 60_000);
	const first = given === undefined ? Math.floor(Math.random() * 1e9) : Number(given);

	for (const [target, share] of SHARES) {
		it(`break nothing of ${target} in ${Math.round(share * seconds)} s, from seed ${first} on`, async () => {
			const hunter = new Hunter();
			try {
				const end = performance.now() + 1_000 * share * seconds;
				// At least one, since a given seed is to be tried.
				for (let seed = first; seed === first || performance.now() < end; seed++) {
					const script = generate(target, seed);
					const failure = await hunter.play(script);
					if (!failure) continue;
					if (!strict && isOfTime(failure)) {
						console.log(
							`      seed ${seed}, to be tried by hunt.js on a quiet machine: ${failure.message}`,
						);
						continue;
					}
					const smallest = await hunter.reduce(script, failure, SHRINKING);
					if (!smallest && isOfTime(failure)) {
						console.log(`      seed ${seed} failed once, and not in three more tries: ${failure.message}`);
						continue;
					}
					assert.fail(
						`seed ${seed}, after ${hunter.played} scripts: ${failure.kind}: ${failure.message}\n${JSON.stringify(
							{ ...(smallest ?? script), failure: failure.kind },
						)}${
							smallest
								? ""
								: `\n(on a fresh machine, it does not fail in three tries; these seeds were played before it: ${hunter.before})`
						}`,
					);
				}
				console.log(
					`      ${hunter.played} scripts; ${target} answered in ${Math.round(hunter.worstStatus)} ms at most, viewers got ${Math.round(100 * hunter.leastShare)} % of the frames; ${Math.round(100 * hunter.deepestStack)} % of the stack were used`,
				);
			} finally {
				await hunter.close();
			}
		});
	}
});
