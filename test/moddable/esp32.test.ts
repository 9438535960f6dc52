import { assert } from "chai";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Esp32Build } from "./esp32-build.ts";
import { complaints, type Esp32Tools, esp32Tools } from "./support.ts";

/** Bytes of bytecode that the firmware may take of the flash, the SDK's modules included. */
const budget = 180_000;

/** Octal PSRAM and 8 MB of flash, quad PSRAM, and a board that the SDK does not know. */
const composed = ["xiao_esp32s3_sense", "lilygo_t_camera_plus_s3", "dfrobot_ai_cam"];

/** Bytes of all the bytecode below a folder. */
function bytecode(folder: string): number {
	return (readdirSync(folder, { recursive: true, encoding: "utf8" }))
		.filter((name) => name.endsWith(".xsb"))
		.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

describe("the build for a board", function () {
	this.timeout(120_000);
	let tools: Esp32Tools;

	before(function () {
		tools = esp32Tools(this);
	});

	for (const board of composed) {
		it(`links the bytecode for ${board}, within its budget`, () => {
			const build = new Esp32Build(tools, board);
			const configured = build.configure();
			assert.equal(configured.code, 0, configured.output);
			const made = build.make("mc.xs.c");
			assert.equal(made.code, 0, made.output);
			assert.deepEqual(complaints(made.output), []);
			const all = bytecode(join(build.folder, "modules")), ours = bytecode(join(build.folder, "modules/yieldcam"));
			console.log(`      ${all} bytes of bytecode, ${ours} of them yieldcam's; the budget is ${budget}`);
			assert.isAbove(ours, 20_000, "the library is in it");
			assert.isAtMost(all, budget);
		});
	}

	it("pins Espressif's components to versions that their manager understands", () => {
		const build = new Esp32Build(tools, composed[0]!);
		build.configure();
		assert.match(build.dependencies, /add-dependency "espressif\/esp32-camera==\d+\.\d+\.\d+"/);
		assert.match(build.dependencies, /add-dependency "espressif\/esp_jpeg==\d+\.\d+\.\d+"/);
	});

	// Without what video needs of sdkconfig, but with the SDK's own set-up of the board.
	for (const board of ["xiao_esp32s3_sense", "m5atom_s3r_cam", "m5atom_s3r_m12", "lilygo_t_camera_plus_s3", "m5stack_cores3"]) {
		it(`links the bytecode for the SDK's own target ${board}`, () => {
			const build = new Esp32Build(tools, board, { sdkTarget: true });
			const configured = build.configure();
			assert.equal(configured.code, 0, configured.output);
			const made = build.make("mc.xs.c");
			assert.equal(made.code, 0, made.output);
		});
	}
});
