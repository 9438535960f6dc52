import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { readBoards } from "./boards.mjs";
import { partitions, partitionTable } from "./partitions.mjs";
import { output, root } from "../support/root.mjs";

/** @import { BoardFile } from "./boards.mjs" */

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const FRAGMENTS = "hosts/esp32s3/target/sdkconfig";

/**
 * Writes the SDK target of a board, outside the SDK: an app's manifest cannot change the sdkconfig of one of the SDK's
 * own targets. Returns the value for mcconfig's -p.
 *
 * @param {string} name
 */
export function writeTarget(name) {
	const boards = readBoards();
	const { title, psram, psramClock = 80, flash } = /** @type {BoardFile} */ (boards.get(name));
	const folder = join(output, "targets", name);
	mkdirSync(join(folder, "sdkconfig"), { recursive: true });
	/**
	 * @param {string} file
	 * @param {string} text
	 */
	const write = (file, text) => writeFileSync(join(folder, file), text);
	write(
		"manifest.json",
		`${JSON.stringify(
			{
				build: {
					ESP32_SUBCLASS: "esp32s3",
					SDKCONFIGPATH: "./sdkconfig",
					PARTITIONS_FILE_FOR_TARGET: "./sdkconfig/partitions.csv",
				},
				// Named in the errors of a camera that does not answer, or whose sensor gives no JPEG.
				config: { boardTitle: title, jpegBoards: jpegBoards(boards) },
				// In the image, where an update finds them (hosts/common/update/firmware.h).
				defines: { firmware: { board_known: 1, board: `#${name}`, version: `#${version}` } },
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
	write("sdkconfig/partitions.csv", partitionTable(partitions(flash)));
	return `esp32:./${relative(dirname(output), folder)}`;
}

/**
 * Returns the boards whose sensor gives JPEG, which the stream sends.
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
 * The clock is that of the SDK's own target for the board, if there is one, and otherwise that of Arduino's builds.
 *
 * @param {number} megahertz
 */
function psramSpeed(megahertz) {
	return `# The PSRAM's clock.\nCONFIG_SPIRAM_SPEED_${megahertz}M=y\n\n`;
}

/**
 * The base sets 4 MB, so that has to be turned off; the other sizes are off by default.
 *
 * @param {number} megabytes
 */
function flashSize(megabytes) {
	return `# The board's flash.\nCONFIG_ESPTOOLPY_FLASHSIZE_4MB=n\nCONFIG_ESPTOOLPY_FLASHSIZE_${megabytes}MB=y\n`;
}
