import { parseArgs } from "node:util";
import { FOLDERS, GOAL, measure, newSeed, sample } from "./mutate/measure.mjs";
import { setUpBench } from "./build/set-up.mjs";
import { exitWith, CommandError } from "./support/command-error.mjs";

const help = `npm run mutate -- [--sample COUNT] [--seed SEED] [--all] [TEXT…]

Breaks one line after another of ${FOLDERS.join(", ")}, and checks whether a unit test notices. Lists those that no test notices.

  --sample COUNT  makes COUNT mutations, chosen at random (400)
  --seed SEED     chooses the same ones again
  --all           makes all of them
  TEXT            makes all in files that have TEXT in their name

The goal is ${GOAL} %.
`;

await exitWith(async () => {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			sample: { type: "string", default: "400" },
			seed: { type: "string", default: String(newSeed()) },
			all: { type: "boolean", default: false },
			help: { type: "boolean", default: false },
		},
	});
	if (values.help) {
		process.stdout.write(help);
		return 0;
	}
	const count = Number(values.sample),
		seed = Number(values.seed);
	if (!(count > 0) || !Number.isInteger(seed)) throw new CommandError("--sample and --seed take whole numbers");
	await setUpBench();
	const { text, below } = await measure((mutations) => {
		if (positionals.length > 0)
			return mutations.filter(({ file }) => positionals.some((part) => file.includes(part)));
		return values.all ? mutations : sample(mutations, count, seed);
	});
	process.stdout.write(values.all || positionals.length > 0 ? text : `${text}--sample ${count} --seed ${seed}\n`);
	return below ? 1 : 0;
});
