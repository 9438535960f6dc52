import { setUpBench } from "./build/set-up.mjs";
import { exitWith } from "./support/command-error.mjs";

await exitWith(async () => {
	const prepare = await setUpBench();
	const { soak } = await import("../build/bench/soak.js");
	await prepare();
	return soak(process.argv.slice(2));
});
