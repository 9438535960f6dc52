import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire, SourceMap } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../support/root.mjs";
import { runTool } from "../support/run-tool.mjs";
import { SetupError } from "../support/setup-error.mjs";
import { instrument } from "./mutations.mjs";

const folder = "build/mutate";

/**
 * Compiles folders of src with source maps, and builds all mutations in.
 *
 * @returns the mutations, each with its place in the TypeScript, and what the worker needs to load the modules.
 */
export async function mutable(folders) {
	rmSync(join(root, folder), { recursive: true, force: true });
	const tsc = createRequire(import.meta.url)
		.resolve("typescript/package.json")
		.replace(/package\.json$/, "bin/tsc");
	const { code, lines } = await runTool(process.execPath, [
		tsc,
		"--project",
		"tsconfig.firmware.json",
		"--outDir",
		folder,
		"--sourceMap",
		"--declaration",
		"false",
		"--composite",
		"false",
		"--incremental",
		"false",
		"--tsBuildInfoFile",
		"null",
	]);
	if (code !== 0) throw new SetupError(`the TypeScript does not compile:\n${lines.join("\n")}`);
	const mutations = [],
		files = {};
	for (const name of folders.flatMap((path) =>
		readdirSync(join(root, folder, path))
			.filter((file) => file.endsWith(".js"))
			.sort()
			.map((file) => `${path}/${file}`),
	)) {
		const compiled = readFileSync(join(root, folder, name), "utf8");
		const map = new SourceMap(JSON.parse(readFileSync(join(root, folder, `${name}.map`), "utf8")));
		const file = name.replace(/\.js$/, ".ts");
		const text = readFileSync(join(root, file), "utf8").split("\n");
		const made = instrument(compiled, mutations.length);
		for (const { line, column, what } of made.mutations) {
			const original = map.findEntry(line - 1, column).originalLine;
			mutations.push({ id: mutations.length, file, line: original + 1, source: text[original].trim(), what });
		}
		files[name] = join(root, folder, "mutated", name);
		mkdirSync(dirname(files[name]), { recursive: true });
		writeFileSync(files[name], made.code);
	}
	return { mutations, modules: { from: pathToFileURL(join(root, "build/")).href, files, count: mutations.length } };
}
