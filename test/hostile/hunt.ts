import { parseArgs } from "node:util";
import { keepScript, readScript } from "./found.ts";
import { generate } from "./generate.ts";
import { Hunter } from "./hunter.ts";
import { TARGETS } from "./targets.ts";

const help = `node build/test/hostile/hunt.js [OPTIONS]

Plays hostile clients to a program in the simulator until one breaks it, makes that script as small as it can, and prints it.

  --target NAME     ${Object.keys(TARGETS).join(", ")} (firmware)
  --seed SEED       of the first script; the next ones have the numbers after it (by chance)
  --seconds TIME    how long to look for one (60)
  --shrink TIME     seconds: how long to make it smaller (120; 0: not at all)
  --save NAME       keeps it as test/hostile/found/NAME.json, which npm test plays from then on
  --crash           looks for nothing else than the machine's end, which takes half the time
  --play FILE       plays this script instead, and says what comes of it
  --viewers NUMBER  how many watch meanwhile (4)
  --all             goes on after a failure, prints one line for each, and makes none smaller
`;

const { values } = parseArgs({
	options: {
		target: { type: "string", default: "firmware" },
		seed: { type: "string", default: String(Math.floor(Math.random() * 1e9)) },
		seconds: { type: "string", default: "60" },
		shrink: { type: "string", default: "120" },
		save: { type: "string" },
		play: { type: "string" },
		crash: { type: "boolean", default: false },
		viewers: { type: "string", default: "4" },
		all: { type: "boolean", default: false },
		help: { type: "boolean", default: false },
	},
});

async function hunt(): Promise<number> {
	const hunter = new Hunter({ viewers: Number(values.viewers) });
	try {
		if (values.play !== undefined) {
			const failure = await hunter.play(readScript(values.play), values.crash);
			console.log(failure ? `${failure.kind}: ${failure.message}` : "no failure");
			return failure ? 1 : 0;
		}
		let failures = 0;
		const end = performance.now() + 1_000 * Number(values.seconds);
		for (let seed = Number(values.seed); performance.now() < end; seed++) {
			const script = generate(values.target, seed);
			const failure = await hunter.play(script, values.crash);
			if (!failure) continue;
			failures++;
			console.log(`seed ${seed}: ${failure.kind}: ${failure.message}`);
			if (values.all) continue;
			const smallest =
				Number(values.shrink) > 0
					? await hunter.reduce(script, failure, 1_000 * Number(values.shrink))
					: script;
			const kept = { ...(smallest ?? script), failure: `${failure.kind}: ${failure.message}` };
			console.log(
				smallest
					? JSON.stringify(kept)
					: `On a fresh machine, it does not fail in three tries. These seeds were played before it: ${hunter.before}`,
			);
			if (values.save !== undefined) console.log(keepScript(values.save, kept));
			return 1;
		}
		console.log(
			`${hunter.played} scripts, ${failures} failures; /status took ${Math.round(hunter.worstStatus)} ms at most, timeouts aside, and the viewers got ${Math.round(100 * hunter.leastShare)} % of the frames; ${Math.round(100 * hunter.deepestStack)} % of the stack were used`,
		);
		return failures ? 1 : 0;
	} finally {
		await hunter.close();
	}
}

if (values.help) console.log(help);
else {
	process.exitCode = await hunt();
	// A client of a script that was given up may go on as long as it likes.
	setTimeout(() => process.exit(), 2_000).unref();
}
