import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { programModules } from "../support/program-modules.mjs";

/**
 * The settings that a program reads, as far as its sources and manifests tell.
 *
 * @typedef {object} ProgramSettings
 * @property {(name: string) => boolean} mentions Whether the name is in the sources or in a `config` of a manifest. If not, the
 *   program cannot read that setting.
 * @property {readonly string[]} names What it reads from its configuration, for hints.
 */

/** `config.token`, `config["token"]`, `{ token, forget = 600 } = device.config`, and `{ token }: typeof device.config`. */
const READ =
	/\bconfig\??\.(\w+)|\bconfig(?:\?\.)?\[["'](\w+)["']\]|\{([^{}]*)\}\s*(?:=|:\s*typeof)\s*[\w.]*\bconfig\b/g;

/** A name that may be passed to a function that reads the setting, as in `pin("pan")`. */
const PASSED = /["']([A-Za-z]\w*)["']/g;

/**
 * @param {string} folder The program's, absolute.
 * @returns {ProgramSettings}
 */
export function programSettings(folder) {
	const sources = [...programModules(folder).own.values()]
		.map((path) => readFileSync(join(folder, `${path}.ts`), "utf8"))
		.join("\n");
	const configured = configNames(join(folder, "manifest.json"));
	const read = [...sources.matchAll(READ)].flatMap(([, property, element, pattern]) =>
		pattern === undefined
			? [property ?? element]
			: pattern.split(",").map((part) => /\w*/.exec(part.trim())?.[0] ?? ""),
	);
	const passed = /\bconfig(?:\?\.)?\[(?!["'])/.test(sources)
		? [...sources.matchAll(PASSED)].map(([, name]) => name)
		: [];
	const words = new Set(sources.match(/[\w-]+/g));
	return {
		mentions: (name) => words.has(name) || configured.includes(name),
		names: [...new Set([...configured, ...read, ...passed])].filter((name) => name !== ""),
	};
}

/**
 * Returns the names in `config` of a program's manifest, and of those that it includes from folders beside it.
 *
 * @param {string} file
 * @returns {string[]}
 */
function configNames(file) {
	if (!existsSync(file)) return [];
	/** @type {{ readonly include?: string | readonly string[], readonly config?: Readonly<Record<string, unknown>> }} */
	const { include = [], config = {} } = JSON.parse(readFileSync(file, "utf8"));
	return [
		...Object.keys(config),
		...[include]
			.flat()
			.filter((path) => path.startsWith("."))
			.flatMap((path) => configNames(resolve(dirname(file), path))),
	];
}
