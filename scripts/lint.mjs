import { parseArgs } from "node:util";
import { lint } from "./lint/lint.mjs";
import { installPackages } from "./build/packages.mjs";
import { exitWith } from "./support/command-error.mjs";

const HELP = `npm run lint -- [--fix]

Checks every file by oxlint with the rules of .oxlintrc.json, and whether it is formatted.

  --fix   fixes what can be fixed automatically
`;

await exitWith(async () => {
	const { values } = parseArgs({
		options: { fix: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
	});
	if (values.help) {
		process.stdout.write(HELP);
		return 0;
	}
	await installPackages({ dev: true });
	const { ok, text } = await lint({ fix: values.fix });
	process.stdout.write(text);
	return ok ? 0 : 1;
});
