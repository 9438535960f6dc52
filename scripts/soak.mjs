import { parseArgs } from "node:util";
import { setUpBench } from "./build/set-up.mjs";
import { CommandError, exitWith } from "./support/command-error.mjs";

/** As many as the parts of which bench/soak.ts prints the figures. */
const FEWEST = 40;

const HELP = `npm run soak -- [--frames COUNT]

Serves frames to viewers that connect, stall and disconnect, and prints how memory and response times develop.

  --frames COUNT   how many frames, at least ${FEWEST} (1000000)
`;

await exitWith(async () => {
	const { values } = parseArgs({
		options: { frames: { type: "string", default: "1000000" }, help: { type: "boolean", short: "h" } },
	});
	if (values.help) {
		process.stdout.write(HELP);
		return 0;
	}
	const frames = Number(values.frames);
	if (!Number.isInteger(frames) || frames < FEWEST)
		throw new CommandError(`--frames takes a whole number of at least ${FEWEST}, not "${values.frames}"`);
	const prepare = await setUpBench();
	const { soak } = await import("../build/bench/soak.js");
	await prepare();
	return soak(frames);
});
