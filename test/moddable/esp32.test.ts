import { assert } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { linkedBytecode, type ModuleBytecode, modulesOf } from "./bytecode.ts";
import { Esp32Build } from "./esp32-build.ts";
import { complaints, type Esp32Tools, esp32Tools } from "./support.ts";

/**
 * Bytes, the SDK's modules included: of bytecode in the board's flash, and of the .xsb files that it is linked from.
 */
const BUDGETS = { linked: 193_000, files: 363_000 };

/** Octal PSRAM and 8 MB of flash, quad PSRAM, and a board that the SDK does not know. */
const COMPOSED = ["xiao_esp32s3_sense", "lilygo_t_camera_plus_s3", "dfrobot_ai_cam"];

function bytes(modules: readonly ModuleBytecode[]): number {
	return modules.reduce((sum, { file }) => sum + file, 0);
}

describe("the build for a board", function () {
	this.timeout(300_000);
	let tools: Esp32Tools;

	before(function () {
		tools = esp32Tools(this);
	});

	for (const board of COMPOSED) {
		it(`links the bytecode for ${board}, within its budgets`, () => {
			const build = new Esp32Build(tools, board);
			const configured = build.configure();
			assert.equal(configured.code, 0, configured.output);
			const made = build.make("mc.xs.c");
			assert.equal(made.code, 0, made.output);
			assert.deepEqual(complaints(made.output), []);
			const modules = modulesOf(join(build.folder, "modules"), tools.moddable.folder);
			const files = bytes(modules),
				linked = linkedBytecode(readFileSync(join(build.folder, "mc.xs.c"), "utf8"));
			console.log(
				`      ${linked} bytes of bytecode in flash, linked from ${files}; the budgets are ${BUDGETS.linked} and ${BUDGETS.files}`,
			);
			assert.isAbove(
				bytes(modules.filter(({ name }) => name.startsWith("yieldcam/"))),
				20_000,
				"the library is in it",
			);
			assert.isAbove(linked, 20_000, "the library is linked");
			assert.isAtMost(linked, BUDGETS.linked);
			assert.isAtMost(files, BUDGETS.files);
		});
	}

	it("pins Espressif's components to versions that their manager understands", () => {
		const build = new Esp32Build(tools, COMPOSED[0]);
		build.configure();
		assert.match(build.dependencies, /add-dependency "espressif\/esp32-camera==\d+\.\d+\.\d+"/);
		assert.match(build.dependencies, /add-dependency "espressif\/esp_jpeg==\d+\.\d+\.\d+"/);
	});

	// Without the sdkconfig settings for video, but with the SDK's own set-up of the board.
	for (const board of [
		"xiao_esp32s3_sense",
		"m5atom_s3r_cam",
		"m5atom_s3r_m12",
		"lilygo_t_camera_plus_s3",
		"m5stack_cores3",
	]) {
		it(`links the bytecode for the SDK's own target ${board}`, () => {
			const build = new Esp32Build(tools, board, { sdkTarget: true });
			const configured = build.configure();
			assert.equal(configured.code, 0, configured.output);
			const made = build.make("mc.xs.c");
			assert.equal(made.code, 0, made.output);
		});
	}
});
