import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { CommandError } from "./command-error.mjs";

/**
 * @typedef {object} Import
 * @property {string} specifier
 * @property {number} line
 * @property {boolean} isType Whether it is imported as types only, which the compiler removes.
 *
 * @typedef {object} ProgramModules
 * @property {Map<string, string>} own The program's modules: their sources by specifier, relative to its folder and
 *   without the extension.
 * @property {{ readonly specifier: string, readonly place: string, readonly isType: boolean }[]} foreign What they
 *   import from elsewhere, and where.
 * @property {readonly string[]} listed The specifiers that the program's manifest names.
 */

/** Comments, strings and templates, which may contain anything, and what follows `import` or `export`. */
const TOKENS =
	/\/\/[^\n]*|\/\*[^]*?\*\/|`(?:\\[^]|[^`\\])*`|\b(?:import|export)\b(?<clause>(?:[\w$*,{}\s]*?\bfrom)?\s*\(?\s*)(?:"(?<double>[^"\n]+)"|'(?<single>[^'\n]+)')|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;

/**
 * Returns what a module of TypeScript imports, without what it imports as types.
 *
 * @param {string} source
 */
export function importsOf(source) {
	return allImportsOf(source).filter(({ isType }) => !isType);
}

/**
 * Returns all that a module of TypeScript imports.
 *
 * @param {string} source
 * @returns {Import[]}
 */
export function allImportsOf(source) {
	return [...source.matchAll(TOKENS)].flatMap((match) => {
		const { clause, double, single } = /** @type {Record<string, string | undefined>} */ (match.groups);
		if (clause === undefined) return [];
		const end = match.index + match[0].length;
		return [
			{
				specifier: /** @type {string} */ (double ?? single),
				line: source.slice(0, end).split("\n").length,
				isType: /^\s+type\s+[\w{*]/.test(clause) && !/\bimport\b/.test(clause),
			},
		];
	});
}

/**
 * Finds a program's modules: those that its manifest names, and those that these import by relative paths. A module's
 * specifier follows from the importing module's, as in XS. Throws a CommandError if one is missing or cannot be found
 * by XS.
 *
 * @param {string} folder
 * @returns {ProgramModules}
 */
export function programModules(folder) {
	/** @type {Map<string, string>} */
	const own = new Map();
	/** @type {ProgramModules["foreign"]} */
	const foreign = [];
	for (const [specifier, path] of listedModules(folder)) own.set(specifier, path);
	const listed = [...own.keys()];
	// The map grows while it is walked.
	for (const [specifier, path] of own) {
		const file = `${path}.ts`;
		for (const { specifier: wanted, line, isType } of allImportsOf(readFileSync(join(folder, file), "utf8"))) {
			const place = `${file}:${line}`;
			if (!wanted.startsWith(".")) {
				foreign.push({ specifier: wanted, place, isType });
				continue;
			}
			if (isType) continue;
			if (wanted.endsWith(".json"))
				throw new CommandError(`${place} imports ${wanted}: export its content from a module of TypeScript`);
			const name = wanted.replace(/\.[cm]?[jt]s$/, "");
			const source = posix.join(posix.dirname(path), name),
				resolved = posix.join(posix.dirname(specifier), name);
			if (source.startsWith("..") || resolved.startsWith(".."))
				throw new CommandError(`${place} imports ${wanted}, which is outside of the program's folder`);
			if (!existsSync(join(folder, `${source}.ts`)))
				throw new CommandError(`${place} imports ${wanted}, and there is no ${source}.ts`);
			own.set(resolved, source);
		}
	}
	return { own, foreign, listed };
}

/**
 * Returns the modules that a program's own manifest names.
 *
 * @param {string} folder
 * @returns {[specifier: string, path: string][]}
 */
function listedModules(folder) {
	const manifest = join(folder, "manifest.json"),
		modules = readModules(manifest);
	if (!("main" in modules))
		throw new CommandError(`${manifest} does not name the program's module: add "modules": { "main": "./main" }`);
	return Object.entries(modules).map(([specifier, path]) => {
		if (typeof path !== "string" || path.includes("*") || !existsSync(join(folder, `${path}.ts`)))
			throw new CommandError(
				`${manifest}: "${specifier}" is ${JSON.stringify(path)}, and there is no ${posix.join(folder, String(path))}.ts`,
			);
		return [specifier, posix.normalize(path)];
	});
}

/**
 * @param {string} manifest
 * @returns {Record<string, unknown>}
 */
function readModules(manifest) {
	const text = readFileSync(manifest, "utf8");
	/** @type {unknown} */
	let parsed;
	try {
		parsed = JSON.parse(text);
	} catch (error) {
		throw new CommandError(`${manifest} is not valid JSON: ${/** @type {Error} */ (error).message}`);
	}
	if (!isObject(parsed)) throw new CommandError(`${manifest} is not an object with "include" and "modules"`);
	const { modules = {} } = parsed;
	if (!isObject(modules))
		throw new CommandError(`${manifest}: "modules" is not an object, as { "main": "./main" } is`);
	return modules;
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isObject(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
