import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatModuleMap, moduleMap } from "../../hosts/sim/cli/module-map.ts";
import { root } from "./root.ts";
import { Simulator, type SimulatorOptions } from "./simulator.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/**
 * Runs programs of a few lines in place of the firmware, one at a time, and stops each after its test. Call it in
 * `describe`.
 */
export function programs(options: SimulatorOptions = {}): (source: string, ...args: string[]) => Promise<Simulator> {
	const run = programRunner();
	return (source, ...args) => run(source, options, ...args);
}

/** The same, but each program has its own kind of simulator. */
export function programRunner(): (source: string, options: SimulatorOptions, ...args: string[]) => Promise<Simulator> {
	const { path } = temporaryFolder();
	let count = 0;
	let simulator: Simulator | undefined;

	afterEach(async () => {
		await simulator?.stop();
		simulator = undefined;
	});

	return async (source, options, ...args) => {
		const name = join(path, `program-${++count}`);
		writeFileSync(`${name}.js`, source);
		writeFileSync(`${name}.map`, formatModuleMap(moduleMap({ root, overrides: { main: `${name}.js` } })));
		simulator = await Simulator.spawn(args, { ...options, modules: `${name}.map` });
		return simulator;
	};
}

/** Waits until the program has printed a line with the given beginning, and returns the rest of that line. */
export async function printed(simulator: Simulator, beginning: string): Promise<string> {
	const find = () =>
		simulator.output
			.split("\n")
			.slice(0, -1)
			.find((line) => line.startsWith(beginning));
	await simulator.until(() => find() !== undefined, `it prints "${beginning}"`);
	return find()!.slice(beginning.length);
}
