import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readBoards } from "./boards.mjs";
import { root } from "../support/root.mjs";

/** @import { BoardFile } from "./boards.mjs" */

const FRAGMENTS = "hosts/esp32s3/target/sdkconfig";

/**
 * The SDK target of a board, out of its tree: an app's manifest cannot change the sdkconfig of one of the
 * SDK's own. Resolves to what mcconfig's -p takes.
 *
 * @param {string} name
 */
export function writeTarget(name) {
	const boards = readBoards();
	const { psram, psramClock = 80, flash } = /** @type {BoardFile} */ (boards.get(name));
	const folder = `build/targets/${name}`;
	mkdirSync(join(root, folder, "sdkconfig"), { recursive: true });
	/**
	 * @param {string} file
	 * @param {string} text
	 */
	const write = (file, text) => writeFileSync(join(root, folder, file), text);
	write(
		"manifest.json",
		`${JSON.stringify(
			{
				build: {
					ESP32_SUBCLASS: "esp32s3",
					SDKCONFIGPATH: "./sdkconfig",
					PARTITIONS_FILE_FOR_TARGET: "./sdkconfig/partitions.csv",
				},
				// For whoever finds that this one's sensor gives no JPEG.
				config: { jpegBoards: jpegBoards(boards) },
			},
			null,
			"\t",
		)}\n`,
	);
	write(
		"sdkconfig/sdkconfig.defaults",
		fragment("common") + fragment(`psram-${psram}`) + psramSpeed(psramClock) + flashSize(flash),
	);
	write("sdkconfig/sdkconfig.defaults.release", fragment("release"));
	write("sdkconfig/partitions.csv", partitions(flash));
	return `esp32:./${folder}`;
}

/**
 * Those whose sensor gives what the stream sends.
 *
 * @param {ReadonlyMap<string, BoardFile>} [boards]
 */
export function jpegBoards(boards = readBoards()) {
	return [...boards].filter(([, { sensor }]) => sensor !== "GC0308").map(([name]) => name);
}

/** @param {string} name */
function fragment(name) {
	return readFileSync(join(root, FRAGMENTS, `${name}.defaults`), "utf8") + "\n";
}

/**
 * As the SDK's own target for the board has it, where it has one; else as Arduino's builds do.
 *
 * @param {number} megahertz
 */
function psramSpeed(megahertz) {
	return `# The PSRAM's clock.\nCONFIG_SPIRAM_SPEED_${megahertz}M=y\n\n`;
}

/**
 * The base says 4 MB; what is not said of the others stays off.
 *
 * @param {number} megabytes
 */
function flashSize(megabytes) {
	return `# The board's flash.\nCONFIG_ESPTOOLPY_FLASHSIZE_4MB=n\nCONFIG_ESPTOOLPY_FLASHSIZE_${megabytes}MB=y\n`;
}

/**
 * Preferences, Wi-Fi's calibration, and the firmware in all the rest.
 *
 * @param {number} megabytes
 */
function partitions(megabytes) {
	const start = 0x10000;
	/** @param {number} number */
	const hex = (number) => `0x${number.toString(16)}`;
	return [
		"# name, type, subtype, offset, size",
		"nvs, data, nvs, 0x9000, 0x6000,",
		"phy_init, data, phy, 0xf000, 0x1000,",
		`factory, app, factory, ${hex(start)}, ${hex(megabytes * 0x100000 - start)},`,
		"",
	].join("\n");
}
