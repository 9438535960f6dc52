import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/root.mjs";

/**
 * Phrases that plain English does without, and what to write. CONTRIBUTING.md has the rule.
 *
 * @type {readonly (readonly [RegExp, string])[]}
 */
const PHRASES = [
	[/\bwhoever\b/i, "name who: a client, a viewer, an attacker"],
	[/\bunless told\b/i, '"Default: …"'],
	[/\b(?:is|are|was|were) told\b(?! apart)/i, "say what the other receives or reads"],
	[/\banew\b/i, '"again"'],
	[/\bcannot be had\b/i, '"is not available", "cannot listen on"'],
	[/\/\*\* Of /, "begin with a verb or a noun"],
	[/\blikewise\b/i, "say it"],
	[/(?<!\bthere )\b(?:is|are) no (?!longer\b|more\b|wider\b|buffer",)[a-z]/i, '"is not a"'],
	// ZoneMinder has a column of that name.
	[/\bcolour(?!s: 3,)/i, '"color": the public names are American'],
];

/** Files of other people's making, data, and the list above. */
const EXCEPT =
	/^(package-lock\.json|test\/fuzz\/(corpus|host)\/|scripts\/lint\/prose\.mjs|hosts\/sim\/native\/include\/)/;
const TEXT = /\.(ts|mjs|js|c|h|md|json|html|css)$/;

/** Returns a line for each phrase found in the project's files. */
export function checkProse() {
	const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
		cwd: root,
		encoding: "utf8",
	}).split("\n");
	return files
		.filter((file) => TEXT.test(file) && !EXCEPT.test(file))
		.flatMap((file) =>
			readIfThere(file)
				.split("\n")
				.flatMap((line, at) =>
					PHRASES.filter(([phrase]) => phrase.test(line)).map(
						([phrase, advice]) => `${file}:${at + 1}: "${phrase.exec(line)?.[0]}": ${advice}`,
					),
				),
		);
}

/** @param {string} file */
function readIfThere(file) {
	try {
		return readFileSync(join(root, file), "utf8");
	} catch {
		return ""; // deleted, and not committed yet
	}
}
