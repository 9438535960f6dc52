import { Progress } from "../support/progress.mjs";
import { mutate } from "./run.mjs";

/** @import { Choose, Made } from "./run.mjs" */

/** The folders to which the goal applies. */
export const FOLDERS = ["src/http", "src/access", "src/camera", "src/mjpeg"];
/** The percentage of the mutations that a unit test has to notice. */
export const GOAL = 92;

/** Returns a random seed for a sample. */
export function newSeed() {
	return Math.floor(Math.random() * 1e9);
}

/**
 * Makes the mutations that `choose` selects. Returns a report, which says whether the result is below the goal.
 *
 * @param {Choose} choose
 */
export async function measure(choose) {
	const progress = new Progress("Mutating");
	const result = await mutate(FOLDERS, choose, (made, total) => progress.update(`${made} of ${total}`));
	progress.end();
	return report(result);
}

/**
 * Returns `count` items of a list, in its order. The same seed chooses the same items of the same list.
 *
 * @template Item
 * @param {readonly Item[]} list
 * @param {number} count
 * @param {number} seed
 */
export function sample(list, count, seed) {
	let state = seed >>> 0;
	const random = () => {
		// mulberry32
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	return list
		.map((item, at) => ({ item, at, order: random() }))
		.sort((one, other) => one.order - other.order)
		.slice(0, count)
		.sort((one, other) => one.at - other.at)
		.map(({ item }) => item);
}

/**
 * Reports the result, and whether it is below the goal. A sample is below it only if chance does not explain that.
 *
 * @param {Made} result
 */
function report({ chosen, total, equivalent }) {
	const survivors = chosen.filter(({ caught }) => caught === undefined);
	const caught = 100 * (1 - survivors.length / chosen.length);
	const missing = total - equivalent - chosen.length;
	const chance = missing > 0 ? 200 * Math.sqrt(((GOAL / 100) * (1 - GOAL / 100)) / chosen.length) : 0;
	const lines = survivors.map(({ file, line, what }) => `${file}:${line}  ${what}`);
	const summary = `${chosen.length - survivors.length} of ${chosen.length} mutations caught (${caught.toFixed(1)} %); there are ${total} in all, of which ${equivalent} change nothing`;
	return {
		text: `${[...lines, summary].join("\n")}\n`,
		made: chosen.length,
		survivors: survivors.length,
		below: caught < GOAL - chance,
	};
}
