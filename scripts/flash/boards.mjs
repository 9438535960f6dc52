import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/root.mjs";

/** @import { Board } from "../../hosts/esp32s3/board.ts" */

/**
 * The description of a board. See hosts/esp32s3/boards/schema.json.
 *
 * @typedef {object} BoardFile
 * @property {"../lamp/lamp.json" | "../lamp/ws2812.json" | "../lamp/none.json"} include
 * @property {string} title
 * @property {readonly string[]} [also]
 * @property {string} sensor
 * @property {"octal" | "quad"} psram
 * @property {40 | 80} [psramClock] MHz; default: 80.
 * @property {number} flash Megabytes.
 * @property {string} [revision] How to tell it from other revisions.
 * @property {{ readonly board: Board }} config
 */

const FOLDER = "hosts/esp32s3/boards";

/**
 * Reads the boards by name, in alphabetical order: the only source of pins for manifests, firmware and docs/boards.md.
 *
 * @returns {Map<string, BoardFile>}
 */
export function readBoards() {
	const files = readdirSync(join(root, FOLDER))
		.filter((file) => file.endsWith(".json") && file !== "schema.json")
		.sort();
	return new Map(
		files.map((file) => [
			file.slice(0, -".json".length),
			JSON.parse(readFileSync(join(root, FOLDER, file), "utf8")),
		]),
	);
}

/** Returns the table of boards in docs/boards.md. */
export function boardTable() {
	const rows = [...readBoards()].map(
		([
			name,
			{
				title,
				also = [],
				revision,
				sensor,
				psram,
				flash,
				config: {
					board: {
						camera: { pins, i2c },
						sdCard,
					},
				},
			},
		]) => [
			`\`${name}\``,
			[title, ...also].join("; ") + (revision === undefined ? "" : `. ${revision}`),
			sensor === "GC0308" ? `${sensor} (gives no JPEG)` : sensor,
			`${psram}, ${flash} MB`,
			pins.externalClock,
			`${i2c.data}/${i2c.clock}`,
			pins.data.join(","),
			`${pins.vsync}/${pins.href}/${pins.pixelClock}`,
			slot(sdCard),
		],
	);
	return [
		["name", "boards", "sensor", "PSRAM, flash", "XCLK", "SDA/SCL", "D0–D7", "VSYNC/HREF/PCLK", "SD card"],
		Array(9).fill("---"),
		...rows,
	]
		.map((cells) => `| ${cells.join(" | ")} |\n`)
		.join("");
}

/**
 * Returns the slot's pins, if known: SPI's SCK/MISO/MOSI/CS, or the SD bus's CLK/CMD/D0.
 *
 * @param {Board["sdCard"]} card
 */
function slot({ spi, sdmmc } = {}) {
	if (spi) return `SPI ${spi.clock}/${spi.in}/${spi.out}/${spi.select}`;
	return sdmmc ? `SD ${sdmmc.clock}/${sdmmc.command}/${sdmmc.data.join(",")}` : "";
}
