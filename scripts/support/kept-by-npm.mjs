/**
 * Returns the name of an option that npm has kept for itself, since it came before "--": npm passes it in a variable, and
 * not to the script.
 *
 * @param {readonly string[]} options Without their dashes.
 * @param {Readonly<Record<string, string | undefined>>} [variables]
 */
export function keptByNpm(options, variables = process.env) {
	if (variables["npm_lifecycle_event"] === undefined) return undefined;
	return options.find((name) => variables[`npm_config_${name.replaceAll("-", "_")}`] !== undefined);
}
