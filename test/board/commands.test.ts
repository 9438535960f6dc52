import { assert } from "chai";
import { spawnSync } from "node:child_process";
import { root } from "../support/root.ts";

describe("the commands of npm", () => {
	for (const [script, args, expected] of [
		["fuzz", ["x"], 'unexpected argument "x"'],
		["trials", ["--factr", "2"], "there is no option --factr"],
		["mutate", ["--sample"], "--sample needs a value"],
		["lint", ["--fix=yes"], "--fix takes no value"],
	] as const)
		it(`report in one line what is wrong: ${script} ${args.join(" ")}`, () => {
			const { status, stderr } = spawnSync(process.execPath, [`scripts/${script}.mjs`, ...args], {
				cwd: root,
				encoding: "utf8",
			});
			assert.equal(stderr, `yieldcam: ${expected} (--help lists the options)\n`);
			assert.equal(status, 1);
		});
});
