import { parseArgs } from "node:util";

/**
 * Parses the command line of a command that has no options but --help. Returns whether that was given, after printing the help. Leaves
 * the error of any other argument to `exitWith`: a command that ignored it would do something else than was meant.
 *
 * @param {string} help
 */
export function onlyHelp(help) {
	const { values } = parseArgs({ options: { help: { type: "boolean", short: "h", default: false } } });
	if (values.help) process.stdout.write(help);
	return values.help;
}
