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
	const isNear = distance(name, nearest) <= Math.max(1, Math.floor(name.length / 3)) || areSwapped(name, nearest);
	return isNear ? `: did you mean --${nearest}?` : "";
}

/**
 * Reports whether two names differ by two neighboring letters that changed places, which the distance counts twice.
 *
 * @param {string} one
 * @param {string} other
 */
function areSwapped(one, other) {
	const at = [...one].findIndex((letter, index) => letter !== other[index]);
	return (
		one.length === other.length && at >= 0 && one.slice(0, at) + one[at + 1] + one[at] + one.slice(at + 2) === other
	);
}
