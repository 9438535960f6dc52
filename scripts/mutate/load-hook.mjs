import { readFileSync } from "node:fs";

/** @import { LoadHook } from "node:module" */
/** @import { MutableModules } from "./program.mjs" */

/** @type {MutableModules["from"]} */
let from;
/** @type {MutableModules["files"]} */
let files;

/**
 * A loader hook for Node: it loads the modules that can be mutated from another folder.
 *
 * @param {Pick<MutableModules, "from" | "files">} data
 */
export function initialize(data) {
	({ from, files } = data);
}

/** @type {LoadHook} */
export async function load(url, context, next) {
	const file = url.startsWith(from) ? files[url.slice(from.length)] : undefined;
	return file === undefined
		? next(url, context)
		: { format: "module", source: readFileSync(file, "utf8"), shortCircuit: true };
}
