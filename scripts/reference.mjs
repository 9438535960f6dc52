import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./support/root.mjs";
import { runTool } from "./support/run-tool.mjs";
import { exitWith, CommandError } from "./support/command-error.mjs";
import { onlyHelp } from "./support/no-arguments.mjs";

/** `npm run reference`: the API reference of what programs may import, in build/reference. */
const FOLDER = join(root, "docs/reference");

await exitWith(async () => {
	if (onlyHelp("npm run reference: writes the API reference of what programs may import to build/reference\n"))
		return 0;
	if (!existsSync(join(FOLDER, "node_modules")))
		await run("npm", ["ci", "--prefix", FOLDER, "--no-audit", "--no-fund"]);
	await run(process.execPath, [join(FOLDER, "node_modules/typedoc/bin/typedoc"), "--options", FOLDER]);
	process.stdout.write("The reference is in build/reference/index.html\n");
	return 0;
});

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
async function run(command, args) {
	const { code, lines } = await runTool(command, [...args]);
	if (code === 0) return;
	process.stderr.write(`${lines.join("\n")}\n`);
	throw new CommandError("the reference was not made: see the lines above");
}
