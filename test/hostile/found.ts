import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/root.ts";
import type { Script } from "./script.ts";

const folder = join(root, "test/hostile/found");

/** The scripts that are kept, by name. */
export function foundScripts(): [name: string, script: Script][] {
	return readdirSync(folder)
		.filter((name) => name.endsWith(".json"))
		.sort()
		.map((name) => [name.slice(0, -".json".length), readScript(join(folder, name))]);
}

export function readScript(file: string): Script {
	return JSON.parse(readFileSync(file, "utf8")) as Script;
}

/** Keeps a script, so that found.test.ts plays it from now on; returns the file's name. */
export function keepScript(name: string, script: Script): string {
	mkdirSync(folder, { recursive: true });
	const file = join(folder, `${name}.json`);
	writeFileSync(file, `${JSON.stringify(script, undefined, "\t")}\n`);
	return file;
}
