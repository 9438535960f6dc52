import { readdirSync } from "node:fs";
import { join, posix } from "node:path";
import { parseArgs } from "node:util";
import { installPackages } from "./packages.mjs";
import { root } from "./root.mjs";
import { runTool } from "./run-tool.mjs";
import { exitWith } from "./setup-error.mjs";

const help = `npm run format -- [--check]

Formats every file: TypeScript, JavaScript, JSON and CSS as .oxfmtrc.json says, C as .clang-format says.

  --check   changes nothing; lists the files that are formatted otherwise, and fails if there are any
`;

const C_FOLDERS = ["bench", "hosts", "test/fuzz/host", "test/moddable/device-headers"];

await exitWith(async () => {
	const { values } = parseArgs({
		options: { check: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
	});
	if (values.help) {
		process.stdout.write(help);
		return 0;
	}
	await installPackages({ dev: true });
	return await format(values.check);
});

/** Resolves to 0, or to 1 where `check` finds what has to be formatted, or a file cannot be read as its language. */
export async function format(check) {
	const tools = [
		["oxfmt", check ? ["--list-different", "."] : ["."]],
		["clang-format", [...(check ? ["--dry-run", "--Werror"] : ["-i"]), ...C_FOLDERS.flatMap(sourcesInC)]],
	];
	let failed = 0;
	for (const [tool, args] of tools) {
		const { code, lines } = await runTool(join(root, "node_modules/.bin", tool), args);
		if (code !== 0) {
			process.stdout.write(lines.map((line) => `${line}\n`).join(""));
			failed = 1;
		}
	}
	return failed;
}

function sourcesInC(folder) {
	return readdirSync(join(root, folder), { recursive: true })
		.filter((name) => /\.[ch]$/.test(name))
		.map((name) => posix.join(folder, name))
		.sort();
}
