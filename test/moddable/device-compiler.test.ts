import { assert } from "chai";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "../support/root.ts";
import { systemFile, systemProgram } from "../support/tools.ts";
import { Esp32Build } from "./esp32-build.ts";
import { esp32Tools, folder, run } from "./support.ts";

/**
 * Debian's compiler for the ESP8266's Xtensa core reads the real headers of the SDK, esp-idf and esp32-camera as
 * Espressif's own would. It proves nothing about code size or calling conventions.
 */
describe("the board's C under a compiler for Xtensa", function () {
	this.timeout(300_000);
	let check: (source: string) => string;

	before(function () {
		const tools = esp32Tools(this);
		const camera = folder(this, "ESP32_CAMERA", "Espressif's esp32-camera is not on this machine");
		const compiler = systemProgram(this, "xtensa-lx106-elf-gcc", "gcc-xtensa-lx106");
		systemFile(this, "/usr/include/newlib/stdio.h", "libnewlib-dev");
		const builtin = dirname(run(compiler, ["-print-libgcc-file-name"]).output.trim());

		const build = new Esp32Build(tools, "xiao_esp32s3_sense");
		assert.equal(build.configure().code, 0);
		assert.equal(build.make("mc.xs.c").code, 0);
		// The defines and include folders that the SDK's makefile passes for each file.
		const command = build
			.make("camera.c.o", "--dry-run", "--always-make")
			.output.split("\n")
			.find((line) => /-gcc .*camera\.c -o/.test(line))!;
		const flags = command
			.split(/\s+/)
			.filter((arg) => /^-[DI]./.test(arg))
			.flatMap((arg) => (arg.startsWith("-I") ? ["-isystem", arg.slice(2)] : [arg]));
		check = (source) =>
			run(compiler, [
				"-fsyntax-only",
				"-std=gnu17",
				"-Wall",
				"-Wextra",
				"-Wno-unused-parameter",
				"-nostdinc",
				"-I",
				join(root, "test/moddable/device-headers"),
				"-isystem",
				join(builtin, "include"),
				"-isystem",
				join(builtin, "include-fixed"),
				"-idirafter",
				"/usr/include/newlib",
				"-include",
				"kconfig-defaults.h",
				"-include",
				"sdkconfig.h",
				...flags,
				"-isystem",
				join(camera, "driver/include"),
				"-isystem",
				join(camera, "conversions/include"),
				source,
			]).output;
	});

	for (const source of [
		"common/bitmap.c",
		"common/camera/camera.c",
		"common/camera/camera-bus.c",
		"common/camera/camera-controls.c",
		"common/camera/camera-frames.c",
		"common/camera/camera-message.c",
		"common/camera/camera-open.c",
		"common/camera/camera-task.c",
		"common/files.c",
		"common/jpeg-header.c",
		"common/memory.c",
		"common/pins/digital.c",
		"common/pins/pins.c",
		"common/pins/pwm.c",
		"common/pins/ws2812.c",
		"common/reserve.c",
		"common/update/first-block.c",
		"common/update/update.c",
		"esp32s3/console.c",
		"esp32s3/network/access-point.c",
		"esp32s3/restart-reason.c",
		"esp32s3/sd-card.c",
		"esp32s3/wifi-power-save.c",
	]) {
		it(`passes without a warning: ${source}`, () => {
			assert.equal(check(join(root, "hosts", source)), "");
		});
	}

	it("does not pass with a call that Espressif's headers do not allow", () => {
		const copies = mkdtempSync(join(tmpdir(), "yieldcam-"));
		const folder = join(root, "hosts/common/camera");
		copyFileSync(join(folder, "camera.h"), join(copies, "camera.h"));
		const source = readFileSync(join(folder, "camera.c"), "utf8");
		writeFileSync(join(copies, "camera.c"), source.replace("esp_camera_fb_return(fb)", "esp_camera_fb_return()"));
		assert.match(check(join(copies, "camera.c")), /too few arguments to function 'esp_camera_fb_return'/);
		rmSync(copies, { recursive: true });
	});
});
