import { readFileSync } from "node:fs";

let from, files;

/** A loader hook of Node: the modules that can be mutated come from another folder. */
export function initialize(data) {
	({ from, files } = data);
}

export async function load(url, context, next) {
	const file = url.startsWith(from) ? files[url.slice(from.length)] : undefined;
	return file === undefined
		? next(url, context)
		: { format: "module", source: readFileSync(file, "utf8"), shortCircuit: true };
}
