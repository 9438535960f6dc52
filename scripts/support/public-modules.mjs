import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "./command-error.mjs";
import { root } from "./root.mjs";

/** @type {ReadonlySet<string> | undefined} */
let known;

/** Returns the specifiers of the library's modules that programs may import: those that package.json exports to everybody. */
export function publicModules() {
	/** @type {Record<string, unknown>} */
	const exports = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).exports;
	known ??= new Set([
		"yieldcam/device",
		...Object.entries(exports)
			.filter(([, file]) => typeof file === "string" && file.endsWith(".js"))
			.map(([name]) => name.replace(/^\./, "yieldcam")),
	]);
	return known;
}

/**
 * Throws a CommandError if one of the imports is a module of the library that is internal, also if it is imported as a
 * type: it may change without notice.
 *
 * @param {readonly { readonly specifier: string, readonly place: string }[]} imports
 * @param {(specifier: string) => boolean} exists Reports whether the library has the module.
 */
export function refuseInternal(imports, exists = () => true) {
	const found = imports.find(
		({ specifier }) => specifier.startsWith("yieldcam/") && !publicModules().has(specifier) && exists(specifier),
	);
	if (found)
		throw new CommandError(
			`${found.place} imports ${found.specifier}, which is internal: ${inPlace(found.specifier)}`,
		);
}

/**
 * Returns what a program may import in place of an internal module.
 *
 * @param {string} specifier
 */
function inPlace(specifier) {
	const folder = specifier.split("/", 2).join("/"),
		names = [...publicModules()].filter((name) => name.startsWith(`${folder}/`));
	return names.length > 0
		? `programs import ${names.join(", ")}`
		: "what a program may use of the board and of the simulator is in yieldcam/device";
}
