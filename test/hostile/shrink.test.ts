import { assert } from "chai";
import { generate } from "./generate.ts";
import type { Script } from "./script.ts";
import { candidates, shrink } from "./shrink.ts";
import { TARGETS } from "./targets.ts";

describe("the generator and the shrinker of scripts", function () {
	this.timeout(20_000);

	it("produce the same for the same seed, and something else for another", () => {
		for (const target of Object.keys(TARGETS)) {
			assert.deepEqual(generate(target, 7), generate(target, 7));
			assert.notDeepEqual(generate(target, 7), generate(target, 8));
		}
	});

	it("produce plain JSON that describes the whole script", () => {
		for (let seed = 0; seed < 200; seed++) {
			const script = generate("robot", seed);
			assert.deepEqual(JSON.parse(JSON.stringify(script)), script);
		}
	});

	it("find the one step, and the size, that causes the failure", async () => {
		const script: Script = {
			target: "firmware",
			tracks: [
				[
					{ do: "connect", as: "a" },
					{ do: "wait", ms: 100 },
				],
				[
					{ do: "connect", as: "b", from: "127.0.1.*" },
					{
						do: "repeat",
						times: 40,
						steps: [
							{ do: "wait", ms: 10 },
							{ do: "send", as: "b", bytes: ["x", { repeat: ",", count: 3_900 }, "y"] },
						],
					},
				],
			],
		};
		const commas = (text: string) => Number(/"repeat":",","count":(\d+)/.exec(text)?.[1] ?? 0);
		const smallest = await shrink(script, async ({ tracks }) => commas(JSON.stringify(tracks)) >= 1_300, 10_000);
		assert.lengthOf(smallest.tracks, 1);
		assert.lengthOf(smallest.tracks[0], 1);
		const [step] = smallest.tracks[0];
		assert.deepInclude(step, { do: "send", as: "b" });
		assert.approximately(commas(JSON.stringify(step)), 1_300, 130);
	});

	it("propose only smaller scripts", () => {
		for (let seed = 0; seed < 20; seed++) {
			const script = generate("firmware", seed),
				{ length } = JSON.stringify(script);
			for (const smaller of candidates(script)) assert.isAtMost(JSON.stringify(smaller).length, length + 1);
		}
	});
});
