import { closest, distance } from "fastest-levenshtein";

/**
 * Returns a hint at the known option that an unknown one resembles, such as ": did you mean --port?", or "".
 *
 * @param {string} option With its dashes.
 * @param {readonly string[]} known Without their dashes.
 */
export function didYouMean(option, known) {
	const nearest = resembling(option.replace(/^-+/, "").toLowerCase(), known);
	return nearest === undefined ? "" : `: did you mean --${nearest}?`;
}

/**
 * Returns the known name that an unknown one resembles, if there is one.
 *
 * @param {string} name
 * @param {readonly string[]} known
 */
export function resembling(name, known) {
	const small = name.toLowerCase(),
		others = known.map((other) => other.toLowerCase());
	const swapped = others.findIndex((other) => areSwapped(small, other));
	if (swapped >= 0) return known[swapped];
	const nearest = others.indexOf(closest(small, others));
	return distance(small, others[nearest]) <= Math.max(1, Math.floor(name.length / 3)) ? known[nearest] : undefined;
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
