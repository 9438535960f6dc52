import { assert } from "chai";
import { mkdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { output, toolsEnvironment } from "#scripts/moddable/sdk.mjs";
import { root } from "../support/root.ts";
import { complaints, moddable, run } from "./support.ts";

describe("the build for Moddable's desktop simulator", function () {
	this.timeout(120_000);

	it("has no warning in the project's code", function () {
		const env = toolsEnvironment(moddable(this));
		mkdirSync(output, { recursive: true });
		// Rebuilds all project code; the engine's own objects are elsewhere.
		rmSync(join(output, "tmp/lin/mc/release", basename(root)), { recursive: true, force: true });
		const built = run("mcconfig", ["-m", "-p", "lin", "-o", output], { env });
		assert.equal(built.code, 0, built.output);
		assert.deepEqual(complaints(built.output), []);
	});
});
