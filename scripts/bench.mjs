import { parseArgs } from "node:util";
import { setUpBench, setUpEmulation } from "./build/set-up.mjs";
import { canBuild32, NEEDS_32 } from "./build/bits32.mjs";
import { CommandError, exitWith } from "./support/command-error.mjs";

await exitWith(async () => {
	let args = process.argv.slice(2);
	if (["routes", "rtsp", "links"].includes(args[0])) {
		const { values } = parseArgs({ args: args.slice(1), options: { help: { type: "boolean", short: "h" } } });
		if (values.help) args = ["--help"];
	}
	const prepare = await setUpBench();
	if (args[0] === "routes") {
		await prepare();
		await import("../build/bench/routes-while-streaming.js");
		return 0;
	}
	if (args[0] === "rtsp") {
		await prepare();
		await import("../build/bench/rtsp-beside-mjpeg.js");
		return 0;
	}
	if (args[0] === "costs") {
		if (!args.includes("--emulated") && !canBuild32())
			throw new CommandError(`the costs are those of a board: ${NEEDS_32}`);
		const { main } = await import("../build/bench/costs/main.js");
		return main(args.slice(1), prepare, setUpEmulation);
	}
	if (args[0] === "links") {
		await prepare();
		const { main } = await import("../build/bench/links/main.js");
		return main();
	}
	const { main } = await import("../build/bench/main.js");
	return main(args, prepare);
});
