import { assert } from "chai";
import { randomInt } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { root } from "../support/root.ts";
import { run } from "../support/tools-run.ts";
import { lwipSource } from "./source.ts";

const FOLDER = "test/lwip";
/** The status of a scenario that this machine cannot run. */
const SKIPPED = 77;

/** The scenarios' names, as the lists at the end of the C files have them. */
function scenarios(): string[] {
	return readdirSync(join(root, FOLDER))
		.filter((name) => name.endsWith(".c"))
		.flatMap((name) => [...readFileSync(join(root, FOLDER, name), "utf8").matchAll(/^\t\{ "(.+)", \w+ \},$/gm)])
		.map(([, name]) => name);
}

/**
 * The board's sockets over lwIP itself, in a process of this machine: peers that a scenario plays, a machine that runs
 * the script's sockets, and time that passes only when nothing else happens. main.c says where to begin to read.
 */
describe("the board's sockets over lwIP", function () {
	this.timeout(300_000);
	const seed = Number(process.env["YIELDCAM_SEED"] ?? randomInt(1, 2 ** 31));
	const program = join(root, "build/lwip/lwip-test");

	before(async function () {
		const source = lwipSource(this);
		const built = await run("make", "-C", join(root, FOLDER), `-j${availableParallelism()}`, `LWIP=${source}`);
		assert.equal(built.code, 0, `${built.stdout}${built.stderr}`);
		console.log(`    lwIP is ${source}, the seed is ${seed}`);
	});

	for (const name of scenarios())
		it(name, async function () {
			const { code, stdout, stderr } = await run(program, name, String(seed));
			if (code === SKIPPED) {
				console.log(`    skipped, since there is ${stdout.toString().trim()}`);
				this.skip();
			}
			assert.equal(code, 0, `with YIELDCAM_SEED=${seed}:\n${stdout}${stderr}`);
		});
});
