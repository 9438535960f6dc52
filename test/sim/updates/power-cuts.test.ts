import { assert } from "chai";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { firmwareImage } from "../../../hosts/sim/cli/firmware-image.ts";
import { writeFlash } from "../../../hosts/sim/cli/flash-file.ts";
import { root } from "../../support/root.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const NATIVE = join(root, "hosts/sim/native");
const SOURCES = ["flash", "partitions", "ota", "ota-select", "image", "sha256", "boot"];

function run(program: string, ...args: string[]): string {
	const { status, stdout, stderr, error } = spawnSync(program, args, {
		encoding: "utf8",
		// What it has loaded, it keeps to its end.
		env: { ...process.env, ASAN_OPTIONS: "detect_leaks=0" },
	});
	if (error) throw error;
	assert.equal(status, 0, stderr);
	return stdout;
}

describe("the power", function () {
	this.timeout(300_000);
	const { path } = temporaryFolder();
	const harness = join(path, "harness"),
		flash = join(path, "flash");

	function image(name: string, version: string, size: number): string {
		const file = join(path, name);
		writeFileSync(file, firmwareImage({ version, size }));
		return file;
	}

	before(() => {
		run(
			"gcc",
			...["-O2", "-g", "-Wall", "-Wextra", "-Werror", "-fsanitize=address,undefined", "-D_GNU_SOURCE"],
			...["-I", NATIVE, "-I", join(NATIVE, "include"), "-o", harness],
			join(root, "test/sim/updates/harness.c"),
			...SOURCES.map((name) => join(NATIVE, `${name}.c`)),
			"-lpthread",
		);
	});

	beforeEach(() => writeFlash(flash, firmwareImage({ version: "1.0.0" }), 4));

	it("may fail in each operation of an update: the old firmware boots, or the new one, and the update can be repeated", () => {
		const cuts = Number(run(harness, "cuts", flash, image("new", "2.0.0", 120_000)));
		// Each sector is erased and written, and what to boot three times.
		assert.isAtLeast(cuts, 2 * 30 + 6);
		// The same from the second slot. What is in the first must not boot.
		writeFlash(flash, firmwareImage({ version: "0.9.0" }), 4);
		const second = run(harness, "cuts", flash, image("new", "2.0.0", 50_000), image("old", "1.0.0", 30_000));
		assert.isAtLeast(Number(second), 2 * 13 + 6);
	});

	it("does not fail: every second update goes back, since nobody confirms it", () => {
		const images = [2, 3, 4, 5, 6, 7].map((number) =>
			image(String(number), `${number}.0.0`, 20_000 + number * 5_000),
		);
		assert.equal(run(harness, "run", flash, ...images), "224466\n");
	});
});
