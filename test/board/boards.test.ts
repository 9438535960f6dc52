import { Ajv2020 } from "ajv/dist/2020.js";
import { assert } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lampOf } from "../../hosts/common/pins/lamp-led.ts";
import { boardTable, readBoards } from "#scripts/flash/boards.mjs";
import { root } from "../support/root.ts";

const boards = readBoards();
const validate = new Ajv2020().compile(
	JSON.parse(readFileSync(join(root, "hosts/esp32s3/boards/schema.json"), "utf8")) as object,
);

describe("the boards", () => {
	it("number at least twelve", () => {
		assert.isAtLeast(boards.size, 12);
	});

	for (const [name, board] of boards) {
		describe(name, () => {
			const {
				psram,
				config: {
					board: {
						camera: {
							pins: { data, ...others },
							i2c,
						},
						power,
						revisionCheck,
						sdCard,
						leds = [],
					},
				},
			} = board;
			const card = Object.values(sdCard?.spi ?? sdCard?.sdmmc ?? {}).flat();
			const supply = [power?.gpio?.pin, power?.i2c?.data, power?.i2c?.clock].filter((pin) => pin !== undefined);
			const used = [...data, ...Object.values(others), i2c.data, i2c.clock, ...card];

			it("matches the schema", () => {
				validate(board);
				assert.isNull(validate.errors);
			});

			it("uses each pin of the camera and the SD card once", () => {
				assert.equal(new Set(used).size, used.length);
			});

			it("switches its camera's supply on by pins that nothing else uses, but for the camera's own bus", () => {
				const own = new Set([i2c.data, i2c.clock]);
				if (power?.i2c && own.has(power.i2c.data)) assert.deepEqual(power.i2c, i2c);
				assert.deepEqual(
					supply.filter((pin) => used.includes(pin) && !own.has(pin)),
					[],
				);
			});

			it("has the lamp in its firmware if it has one that can be driven", () => {
				const part = { gpio: "lamp", ws2812: "ws2812", infrared: "none" }[
					lampOf(board.config.board)?.kind ?? "infrared"
				];
				assert.equal(board.include, `../lamp/${part}.json`);
			});

			it("has its LEDs on pins of their own, but for one that is also the SD card's", () => {
				const shared = leds.filter(({ pin }) => [...used, ...supply].includes(pin)).map(({ pin }) => pin);
				assert.deepEqual(shared, name === "xiao_esp32s3_sense" ? [sdCard!.spi!.select] : []);
			});

			if (revisionCheck)
				it("names another board file with the same bus, which names this one", () => {
					const other = boards.get(revisionCheck.otherwise)!.config.board;
					assert.deepEqual(other.camera.i2c, i2c);
					assert.deepEqual(other.revisionCheck, {
						...revisionCheck,
						answers: !revisionCheck.answers,
						otherwise: name,
					});
				});

			it("does not use the pins that octal PSRAM takes", () => {
				const all = [...used, ...leds.map((led) => led.pin), ...supply];
				assert.deepEqual(psram === "octal" ? all.filter((pin) => pin >= 33 && pin <= 37) : [], []);
			});
		});
	}

	it("are in docs/boards.md as they are in their files", () => {
		const file = join(root, "docs/boards.md");
		const text = readFileSync(file, "utf8");
		// Only on request: tests change no file.
		if (process.env["YIELDCAM_BOARDS"] !== undefined) {
			const table = /(?:^\|.*\n)+/m;
			writeFileSync(
				file,
				text.replace(table, () => boardTable()),
			);
		}
		assert.include(readFileSync(file, "utf8"), boardTable());
	});
});
