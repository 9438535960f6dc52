import { assert } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readBoards } from "#scripts/flash/boards.mjs";
import { type Partition, partitions } from "#scripts/flash/partitions.mjs";
import { root } from "../support/root.ts";

const SECTOR = 0x1000,
	PAGE = 0x10000,
	MB = 0x100000;
const schema = JSON.parse(readFileSync(join(root, "hosts/esp32s3/boards/schema.json"), "utf8")) as {
	properties: { flash: { enum: number[] } };
};

/** Throws if there is not exactly one such partition. */
function only(table: readonly Partition[], name: string): Partition {
	const found = table.filter((partition) => partition.name === name);
	assert.lengthOf(found, 1, name);
	return found[0];
}

describe("the partition table", () => {
	it("exists for the flash of every board", () => {
		for (const [name, { flash }] of readBoards()) assert.include(schema.properties.flash.enum, flash, name);
	});

	for (const megabytes of schema.properties.flash.enum) {
		describe(`of ${megabytes} MB`, () => {
			const table = partitions(megabytes);

			// esp-idf's rules: docs/en/api-guides/partition-tables.rst, and gen_esp32part.py.
			it("begins after the table's own sector, overlaps nowhere, and ends with the flash", () => {
				let end = 0x9000;
				for (const { name, offset, size } of table) {
					assert.isAtLeast(offset, end, name);
					assert.isAbove(size, 0, name);
					end = offset + size;
				}
				assert.isAtMost(end, megabytes * MB);
			});

			it("has each partition at a multiple of a sector, and each app at one of 64 kB", () => {
				for (const { name, type, offset, size } of table) {
					assert.equal(offset % (type === "app" ? PAGE : SECTOR), 0, name);
					assert.equal(size % (type === "app" ? PAGE : SECTOR), 0, name);
				}
			});

			it("has two slots of the same size, and nothing else to boot", () => {
				const apps = table.filter(({ type }) => type === "app");
				assert.deepEqual(
					apps.map(({ subtype }) => subtype),
					["ota_0", "ota_1"],
				);
				assert.equal(apps[0].size, apps[1].size);
				// A board without flash to spare has the larger part of it in its slots.
				assert.isAbove(apps[0].size, Math.min(megabytes, 8) * 0.4 * MB);
			});

			it("has two sectors for what slot to boot", () => {
				const { type, subtype, size } = only(table, "otadata");
				assert.deepEqual({ type, subtype, size }, { type: "data", subtype: "ota", size: 2 * SECTOR });
			});

			it("has the preferences where boards with one slot had them", () => {
				const { type, subtype, offset, size } = only(table, "nvs");
				assert.deepEqual(
					{ type, subtype, offset, size },
					{ type: "data", subtype: "nvs", offset: 0x9000, size: 0x6000 },
				);
			});

			it("fits names into 15 bytes", () => {
				for (const { name } of table) assert.isAtMost(Buffer.byteLength(name), 15, name);
			});
		});
	}
});
