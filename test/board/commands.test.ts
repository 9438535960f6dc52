import { assert } from "chai";
import { spawnSync } from "node:child_process";
import { root } from "../support/root.ts";

describe("the commands of npm", () => {
	for (const [script, args, expected] of [
		["fuzz", ["x"], 'unexpected argument "x"'],
		["trials", ["--factr", "2"], "there is no option --factr"],
		["mutate", ["--sample"], "--sample needs a value"],
		["lint", ["--fix=yes"], "--fix takes no value"],
		["clean", ["--help=x"], "--help takes no value"],
		["clean", ["build/moddable"], 'unexpected argument "build/moddable"'],
		["conformance", ["--only", "curl"], "there is no option --only"],
		["pack", ["x"], 'unexpected argument "x"'],
		["page", ["--watch"], "there is no option --watch"],
		["reference", ["x"], 'unexpected argument "x"'],
		["size", ["x"], 'unexpected argument "x"'],
		["typecheck", ["--watch"], "there is no option --watch"],
		["bench", ["routes", "x"], 'unexpected argument "x"'],
		["soak", ["--frame", "4"], "there is no option --frame"],
	] as const)
		it(`report in one line what is wrong: ${script} ${args.join(" ")}`, () => {
			const { status, stderr } = spawnSync(process.execPath, [`scripts/${script}.mjs`, ...args], {
				cwd: root,
				encoding: "utf8",
			});
			assert.equal(stderr, `yieldcam: ${expected} (--help lists the options)\n`);
			assert.equal(status, 1);
		});

	for (const script of ["clean", "conformance", "pack", "page", "reference", "size", "soak", "typecheck"])
		it(`do nothing but explain themselves if they are asked for help: ${script}`, () => {
			const { status, stdout, stderr } = spawnSync(process.execPath, [`scripts/${script}.mjs`, "--help"], {
				cwd: root,
				encoding: "utf8",
			});
			assert.equal(stderr, "");
			assert.match(stdout, new RegExp(`^npm run ${script}\\b.*\n`));
			assert.equal(status, 0);
		});
});
