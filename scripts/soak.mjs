import { setUpBench } from "./setup.mjs";
import { exitWith } from "./setup-error.mjs";

await exitWith(async () => {
	const prepare = await setUpBench();
	const { soak } = await import("../build/bench/soak.js");
	await prepare();
	return soak(process.argv.slice(2));
});
