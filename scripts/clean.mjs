import { rmSync } from "node:fs";
import { join } from "node:path";
import { exitWith } from "./support/command-error.mjs";
import { onlyHelp } from "./support/no-arguments.mjs";
import { root } from "./support/root.mjs";

await exitWith(async () => {
	if (onlyHelp("npm run clean: removes what the other commands have built\n")) return 0;
	// Everything that they create, except the packages.
	rmSync(join(root, "build"), { recursive: true, force: true });
	return 0;
});
