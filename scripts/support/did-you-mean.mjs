import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.mjs";

// It uses no package: `npm run flash` needs its checks before anything is installed.

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
	const small = name.toLowerCase();
	let nearest,
		least = Math.max(1, Math.floor(name.length / 3)) + 1;
	for (const other of known) {
		const edits = distance(small, other.toLowerCase());
		if (edits < least) [nearest, least] = [other, edits];
	}
	return nearest;
}

/**
 * Returns the sentence for an error of `parseArgs`, whose own message has several lines and speaks of its API. Throws any other
 * error.
 *
 * @param {unknown} error
 * @param {readonly string[]} known The options, without their dashes.
 */
export function optionFault(error, known) {
	const { code, message } = /** @type {NodeJS.ErrnoException} */ (error),
		option = /'(?:-\w, )?(-{1,2}[^' ]+)/.exec(message)?.[1] ?? "an option";
	if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") return `there is no option ${option}${didYouMean(option, known)}`;
	if (code === "ERR_PARSE_ARGS_INVALID_OPTION_VALUE")
		return message.includes("does not take") ? `${option} takes no value` : `${option} needs a value`;
	if (code === "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL")
		return `unexpected argument "${/'(.*?)'\./.exec(message)?.[1] ?? ""}"`;
	throw error;
}

/**
 * Returns a hint at the boards that an unknown one resembles, by what its vendor calls it, by its whole name or by how that
 * begins, or "".
 *
 * @param {string} name
 * @param {ReadonlyMap<string, { readonly title: string, readonly also?: readonly string[] }>} boards
 */
export function boardHint(name, boards) {
	const names = [...boards.keys()],
		beginnings = names.flatMap((board) => board.split("_").map((_, at, words) => words.slice(0, at + 1).join("_"))),
		wanted = lettersOf(name);
	const titled = names.filter((board) => {
		const { title, also = [] } = /** @type {{ title: string, also?: readonly string[] }} */ (boards.get(board));
		return wanted.length > 3 && [board, title, ...also].some((text) => lettersOf(text).includes(wanted));
	});
	const beginning = titled.length > 0 ? undefined : (resembling(name, names) ?? resembling(name, beginnings));
	const meant = names.filter(
		(board) => titled.includes(board) || board === beginning || board.startsWith(`${beginning}_`),
	);
	return meant.length === 0 ? "" : `: did you mean ${meant.join(" or ")}?`;
}

/**
 * Returns the letters and digits of a name.
 *
 * @param {string} name
 */
function lettersOf(name) {
	return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/**
 * Returns a hint at the example that the path of a missing program resembles, or "".
 *
 * @param {string} path
 */
export function exampleHint(path) {
	const folder = join(root, "examples");
	const [name = "", parent = "examples"] = path
		.split(/[\\/]+/)
		.filter(Boolean)
		.reverse();
	if (!existsSync(folder) || resembling(parent, ["examples"]) === undefined) return "";
	const meant = resembling(name, readdirSync(folder));
	return meant === undefined ? "" : `: did you mean examples/${meant}?`;
}

/**
 * Counts the letters to insert, remove or replace, and the neighbors to exchange, that make one name of the other (the optimal
 * string alignment distance).
 *
 * @param {string} one
 * @param {string} other
 */
function distance(one, other) {
	/** @type {number[][]} */
	const rows = [];
	for (let y = 0; y <= one.length; y++) {
		rows.push([y]);
		for (let x = 1; x <= other.length; x++) {
			if (y === 0) rows[y][x] = x;
			else {
				const same = one[y - 1] === other[x - 1];
				rows[y][x] = Math.min(rows[y - 1][x] + 1, rows[y][x - 1] + 1, rows[y - 1][x - 1] + (same ? 0 : 1));
				if (y > 1 && x > 1 && one[y - 1] === other[x - 2] && one[y - 2] === other[x - 1])
					rows[y][x] = Math.min(rows[y][x], rows[y - 2][x - 2] + 1);
			}
		}
	}
	return rows[one.length][other.length];
}
