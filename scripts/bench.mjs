import { exitWith } from "./setup-error.mjs";
import { setUpTests } from "./setup.mjs";

await exitWith(async () => {
	await setUpTests();
	await import("../build/bench/routes-while-streaming.js");
	return 0;
});
