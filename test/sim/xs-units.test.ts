import { assert } from "chai";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatModuleMap, moduleMap } from "../../hosts/sim/cli/module-map.ts";
import { root } from "../support/root.ts";
import { Simulator, slow } from "../support/simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Writes a main that runs all unit tests, and the map of their modules. */
function prepare(folder: string): { modules: string; files: number } {
	const tests = readdirSync(join(root, "test/unit"), { recursive: true, encoding: "utf8" })
		// What programs' tests import is for Node alone.
		.filter((name) => name.endsWith(".test.ts") && name !== "extras/testing.test.ts")
		.map((name) => `unit/${name.slice(0, -3)}`);
	const main = join(folder, "main.js");
	// The clock moves only when a test advances it; the tests and the server must see the same clock.
	const timer = join(folder, "timer.js");
	const modules = join(folder, "modules.map");
	writeFileSync(
		main,
		[
			`import "unit/xs/globals";`,
			`import { run } from "unit/xs/runner";`,
			...tests.map((test) => `import "${test}";`),
			"run();",
		].join("\n"),
	);
	writeFileSync(timer, `export { default } from "unit/support/clock";`);
	writeFileSync(
		modules,
		formatModuleMap(
			moduleMap({
				root,
				folders: [
					{ folder: "test/unit", prefix: "unit/" },
					// The board's own modules, which the simulator lacks, run over the tests' own classes.
					{ folder: "hosts/esp32s3", prefix: "yieldcam/esp32s3/" },
				],
				overrides: {
					main,
					chai: "node_modules/chai/index.js",
					timer,
					// What the device has in C, compared with the same in TypeScript.
					"yieldcam/http/syntax/reference-scan": "build/src/http/syntax/scan.js",
				},
			}),
		),
	);
	return { modules, files: tests.length };
}

describe("the unit tests", () => {
	const folder = temporaryFolder();

	it("pass inside XS as they do in Node", async function () {
		this.timeout(slow ? 3_600_000 : 300_000);
		const { modules, files } = prepare(folder.path);
		const simulator = await Simulator.spawn(["--profile", "host"], { modules });
		await simulator.until(() => /^done$/m.test(simulator.output), "the tests are done");
		await simulator.stop();
		const lines = simulator.output.split("\n");
		const failed = lines.filter((line) => line.startsWith("not ok"));
		const passed = lines.filter((line) => line.startsWith("ok"));
		assert.deepEqual(failed, []);
		assert.isAbove(files, 0);
		assert.isAbove(passed.length, files, "several tests per file");
	});
});
