import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatModuleMap, moduleMap } from "../../../hosts/sim/cli/module-map.ts";
import { root } from "./root.ts";
import { Simulator } from "./simulator.ts";

let count = 0;

/** Runs a program of a few lines in place of the firmware, in a folder of the test's. */
export function runProgram(folder: string, source: string, args: readonly string[] = []): Promise<Simulator> {
	const name = join(folder, `program-${++count}`);
	writeFileSync(`${name}.js`, source);
	writeFileSync(`${name}.map`, formatModuleMap(moduleMap({ root, overrides: { main: `${name}.js` } })));
	return Simulator.spawn(args, { modules: `${name}.map` });
}

/** Waits until the program has printed a line that begins so, and returns the rest of that line. */
export async function printed(simulator: Simulator, beginning: string): Promise<string> {
	const find = () => simulator.output.split("\n").slice(0, -1).find((line) => line.startsWith(beginning));
	await simulator.until(() => find() !== undefined, `it prints "${beginning}"`);
	return find()!.slice(beginning.length);
}
