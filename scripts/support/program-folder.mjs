/** What a program's folder, and those around it, may not have in their names. */
export const UNUSABLE = "control characters, colons, backslashes and asterisks";

/**
 * Reports whether a program can be in a folder: npm, make, Node and the terminal would each read some names in another way.
 *
 * @param {string} folder Its absolute path.
 */
export function isUsable(folder) {
	return !/[\p{Cc}:\\*]/u.test(folder);
}
