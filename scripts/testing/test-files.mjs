import { readdirSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { root } from "../support/root.mjs";
import { CommandError } from "../support/command-error.mjs";

/**
 * Returns the compiled tests of a folder. It lists the sources, because tsc leaves the output of a deleted test behind,
 * which must not run any more.
 *
 * @param {string} folder
 * @param {{ readonly recursive?: boolean }} [options]
 */
export function testFiles(folder, { recursive = false } = {}) {
	return readdirSync(join(root, folder), { encoding: "utf8", recursive })
		.filter((name) => name.endsWith(".test.ts"))
		.map((name) => compiledTest(posix.join(folder, name)))
		.sort();
}

/**
 * Returns the compiled tests of the given files and folders.
 *
 * @param {readonly string[]} paths
 */
export function chosenTests(paths) {
	const chosen = paths.flatMap((path) => {
		const found = statSync(join(root, path), { throwIfNoEntry: false });
		if (!found) throw new CommandError(`${path} does not exist`);
		const name = posix.normalize(path).replace(/\/$/, "");
		const inside = name === "test" || name.startsWith("test/");
		const files =
			inside && found.isDirectory()
				? testFiles(name, { recursive: true })
				: inside && name.endsWith(".test.ts")
					? [compiledTest(name)]
					: [];
		if (files.length === 0)
			throw new CommandError(`${path} has no tests: tests are the files in test/ whose names end in .test.ts`);
		return files;
	});
	return [...new Set(chosen)];
}

/** @param {string} source */
export function compiledTest(source) {
	return posix.join("build", source.replace(/\.ts$/, ".js"));
}
