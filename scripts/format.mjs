import { parseArgs } from "node:util";
import { format } from "./lint/format.mjs";
import { installPackages } from "./build/packages.mjs";
import { exitWith } from "./support/command-error.mjs";

const HELP = `npm run format -- [--check]

Formats every file: TypeScript, JavaScript, JSON and CSS by .oxfmtrc.json, C by .clang-format.

  --check   changes nothing; lists the files that are not formatted, and fails if there are any
`;

await exitWith(async () => {
	const { values } = parseArgs({
		options: { check: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
	});
	if (values.help) {
		process.stdout.write(HELP);
		return 0;
	}
	await installPackages({ dev: true });
	const { ok, lines } = await format({ check: values.check });
	process.stdout.write(lines.map((line) => `${line}\n`).join(""));
	return ok ? 0 : 1;
});
