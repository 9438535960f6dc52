import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire, SourceMap } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../support/root.mjs";
import { runTool } from "../support/run-tool.mjs";
import { CommandError } from "../support/command-error.mjs";
import { instrument } from "./mutations.mjs";

/** @import { SourceMapping } from "node:module" */

/**
 * @typedef {object} Mutation
 * @property {number} id The mutation's number.
 * @property {string} file
 * @property {number} line From 1.
 * @property {string} source The text of that line.
 * @property {string} what The change.
 * @property {string} [caught] The test that noticed it, or another way it was noticed; undefined if nothing noticed.
 * @property {string} [by] The test that noticed it last.
 */

/**
 * The compiled modules that can be mutated.
 *
 * @typedef {object} MutableModules
 * @property {string} from The URL of the folder in which Node looks for them.
 * @property {Record<string, string>} files The files that replace them, by their names in `from`.
 * @property {number} count The number of mutations in them.
 */

const FOLDER = "build/mutate";

/**
 * Compiles folders of src with source maps, and builds in all mutations.
 *
 * @param {readonly string[]} folders
 * @returns {Promise<{ mutations: Mutation[], modules: MutableModules }>} The mutations, each with its place in the
 * TypeScript, and what the worker needs to load the modules.
 */
export async function mutable(folders) {
	rmSync(join(root, FOLDER), { recursive: true, force: true });
	const tsc = createRequire(import.meta.url)
		.resolve("typescript/package.json")
		.replace(/package\.json$/, "bin/tsc");
	const { code, lines } = await runTool(process.execPath, [
		tsc,
		"--project",
		"tsconfig.firmware.json",
		"--outDir",
		FOLDER,
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
	if (code !== 0) throw new CommandError(`the TypeScript does not compile:\n${lines.join("\n")}`);
	/** @type {Mutation[]} */
	const mutations = [];
	/** @type {Record<string, string>} */
	const files = {};
	for (const name of folders.flatMap((path) =>
		readdirSync(join(root, FOLDER, path), { encoding: "utf8", recursive: true })
			.filter((file) => file.endsWith(".js"))
			.sort()
			.map((file) => `${path}/${file}`),
	)) {
		const compiled = readFileSync(join(root, FOLDER, name), "utf8");
		const map = new SourceMap(JSON.parse(readFileSync(join(root, FOLDER, `${name}.map`), "utf8")));
		const file = name.replace(/\.js$/, ".ts");
		const text = readFileSync(join(root, file), "utf8").split("\n");
		const made = instrument(compiled, mutations.length);
		for (const { line, column, what } of made.mutations) {
			const { originalLine: original } = /** @type {SourceMapping} */ (map.findEntry(line - 1, column));
			mutations.push({ id: mutations.length, file, line: original + 1, source: text[original].trim(), what });
		}
		files[name] = join(root, FOLDER, "mutated", name);
		mkdirSync(dirname(files[name]), { recursive: true });
		writeFileSync(files[name], made.code);
	}
	return { mutations, modules: { from: pathToFileURL(join(root, "build/")).href, files, count: mutations.length } };
}
