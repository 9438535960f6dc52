import { closest, distance } from "fastest-levenshtein";

/**
 * Returns a hint at the known option that an unknown one resembles, such as ": did you mean --port?", or "".
 *
 * @param {string} option With its dashes.
 * @param {readonly string[]} known Without their dashes.
 */
export function didYouMean(option, known) {
	const name = option.replace(/^-+/, "").toLowerCase(),
		nearest = closest(name, [...known]);
	return distance(name, nearest) <= Math.max(1, Math.floor(name.length / 3)) ? `: did you mean --${nearest}?` : "";
}
