import { assert } from "chai";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/root.ts";
import { Esp32Build } from "./esp32-build.ts";
import { complaints, type Esp32Tools, esp32Tools } from "./support.ts";

describe("the examples", function () {
	this.timeout(120_000);
	let tools: Esp32Tools;

	before(function () {
		tools = esp32Tools(this);
	});

	for (const name of readdirSync(join(root, "examples"))) {
		it(`link the bytecode of ${name} for a board`, () => {
			const build = new Esp32Build(tools, "xiao_esp32s3_sense", { app: join("examples", name) });
			const configured = build.configure();
			assert.equal(configured.code, 0, configured.output);
			const made = build.make("mc.xs.c");
			assert.equal(made.code, 0, made.output);
			assert.deepEqual(complaints(made.output), []);
		});
	}
});
