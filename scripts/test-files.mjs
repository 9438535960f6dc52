import { readdirSync } from "node:fs";
import { join, posix } from "node:path";
import { root } from "./root.mjs";

/**
 * The compiled tests of a folder. The sources are listed: tsc leaves a deleted test's output behind, and it must not run
 * any more.
 */
export function testFiles(folder, { recursive = false } = {}) {
	return readdirSync(join(root, folder), { recursive })
		.filter((name) => name.endsWith(".test.ts"))
		.map((name) => compiledTest(posix.join(folder, name)))
		.sort();
}

export function compiledTest(source) {
	return posix.join("build", source.replace(/\.ts$/, ".js"));
}
