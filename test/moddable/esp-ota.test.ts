import { assert } from "chai";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { firmwareImage } from "../../hosts/sim/cli/firmware-image.ts";
import { writeFlash } from "../../hosts/sim/cli/flash-file.ts";
import { root } from "../support/root.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { folder, run } from "./support.ts";

const NATIVE = join(root, "hosts/sim/native"),
	GLUE = join(root, "test/moddable/esp-ota");

/** The headers that esp-idf's own headers include, and that `basics.h` stands for. */
const BASICS = ["esp_assert.h", "esp_attr.h", "esp_types.h", "sdkconfig.h"];

/** Those that its two files include, and that `all.h` stands for. */
const SHIMS = [
	"bootloader_common.h",
	"bootloader_flash.h",
	"bootloader_flash_priv.h",
	"bootloader_sha.h",
	"esp_bootloader_desc.h",
	"esp_efuse.h",
	"esp_flash.h",
	"esp_image_format.h",
	"esp_log.h",
	"esp_private/esp_flash_internal.h",
	"esp_rom_caps.h",
	"esp_rom_crc.h",
	"esp_rom_gpio.h",
	"esp_rom_spiflash.h",
	"esp_secure_boot.h",
	"hal/efuse_hal.h",
	"soc/chip_revision.h",
	"soc/efuse_reg.h",
	"soc/rtc.h",
	"soc/soc_caps.h",
	"spi_flash_mmap.h",
];

describe("esp-idf's own updates, on the simulated flash", function () {
	this.timeout(300_000);
	const { path } = temporaryFolder();
	const harnesses = { ours: join(path, "ours"), espressif: join(path, "espressif") };

	before(function () {
		const components = join(folder(this, "IDF_PATH", "esp-idf is not on this machine"), "components");
		const shims = join(path, "shims");
		for (const name of [...BASICS, ...SHIMS]) {
			mkdirSync(dirname(join(shims, name)), { recursive: true });
			writeFileSync(join(shims, name), `#include "${BASICS.includes(name) ? "basics" : "all"}.h"\n`);
		}
		const harness = join(root, "test/sim/updates/harness.c");
		const shared = ["flash", "partitions", "ota-select", "image", "sha256", "boot"].map((name) =>
			join(NATIVE, `${name}.c`),
		);
		const build = (program: string, ...args: string[]) => {
			const { code, output } = run("gcc", ["-O1", "-g", "-D_GNU_SOURCE", "-o", program, ...args, "-lpthread"]);
			assert.equal(code, 0, output);
		};
		const own = ["-I", NATIVE, "-I", join(NATIVE, "include")];
		build(harnesses.ours, ...own, harness, ...shared, join(NATIVE, "ota.c"));
		build(
			harnesses.espressif,
			...["-w", "-ffunction-sections", "-Wl,--gc-sections", "-I", GLUE, "-I", shims],
			...["-I", join(components, "app_update/include"), "-I", join(components, "bootloader_support/include")],
			...own,
			harness,
			join(GLUE, "glue.c"),
			join(components, "app_update/esp_ota_ops.c"),
			join(components, "bootloader_support/src/bootloader_common_loader.c"),
			...shared,
		);
	});

	/** Runs the harness on a new flash, and returns what it prints, and the flash. */
	function live(program: string, mode: "cuts" | "run", sizes: readonly number[]): { printed: string; flash: Buffer } {
		const flash = join(path, "flash");
		writeFlash(flash, firmwareImage({ version: "1.0.0" }), 4);
		const images = sizes.map((size, index) => {
			const file = join(path, `image-${index}`);
			writeFileSync(file, firmwareImage({ version: `${index + 2}.0.0`, size }));
			return file;
		});
		const { code, output } = run(program, [mode, flash, ...images]);
		assert.equal(code, 0, output);
		return { printed: output, flash: readFileSync(flash) };
	}

	it("leave the same flash as the simulator's, byte for byte, after a dozen updates", () => {
		const sizes = Array.from({ length: 12 }, (_, index) => 20_000 + ((index * 37_000) % 90_000));
		const ours = live(harnesses.ours, "run", sizes),
			espressif = live(harnesses.espressif, "run", sizes);
		assert.equal(ours.printed, espressif.printed);
		assert.equal(ours.flash.compare(espressif.flash), 0);
	});

	it("take as many operations, and survive a cut of the power in each of them", () => {
		assert.equal(
			live(harnesses.ours, "cuts", [60_000]).printed,
			live(harnesses.espressif, "cuts", [60_000]).printed,
		);
	});
});
