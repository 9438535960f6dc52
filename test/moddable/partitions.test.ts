import { assert } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { partitions, partitionTable } from "#scripts/flash/partitions.mjs";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { folder, run } from "./support.ts";

/** esp-idf's numbers for the types and subtypes that the tables have (esp_partition.h). */
const TYPES = { app: 0, data: 1 };
const SUBTYPES: Readonly<Record<string, number>> = { nvs: 2, ota: 0, phy: 1, undefined: 6, ota_0: 0x10, ota_1: 0x11 };

describe("esp-idf's generator of partition tables", () => {
	const { path } = temporaryFolder();
	let generator: string;

	before(function () {
		generator = join(
			folder(this, "IDF_PATH", "esp-idf is not on this machine"),
			"components/partition_table/gen_esp32part.py",
		);
	});

	for (const megabytes of [4, 8, 16, 32]) {
		it(`takes the table of ${megabytes} MB, and makes the same of it`, () => {
			const table = partitions(megabytes);
			const csv = join(path, `${megabytes}.csv`),
				binary = join(path, `${megabytes}.bin`);
			writeFileSync(csv, partitionTable(table));
			const { code, output } = run("python3", [generator, "--flash-size", `${megabytes}MB`, csv, binary]);
			assert.equal(code, 0, output);
			assert.notMatch(output, /warning/i);
			const bytes = readFileSync(binary);
			for (const [index, { name, type, subtype, offset, size }] of table.entries()) {
				const entry = bytes.subarray(32 * index, 32 * (index + 1));
				assert.equal(entry.readUInt16LE(0), 0x50aa);
				assert.equal(entry[2], TYPES[type]);
				assert.equal(entry[3], SUBTYPES[subtype]);
				assert.equal(entry.readUInt32LE(4), offset);
				assert.equal(entry.readUInt32LE(8), size);
				assert.equal(entry.toString("latin1", 12, 28).replace(/\0+$/, ""), name);
				assert.equal(entry.readUInt32LE(28), 0);
			}
		});
	}

	it("refuses a table whose app is not at a multiple of 64 kB", () => {
		const csv = join(path, "wrong.csv");
		writeFileSync(
			csv,
			partitionTable(
				partitions(8).map((partition) =>
					partition.name === "ota_1" ? { ...partition, offset: partition.offset + 0x1000 } : partition,
				),
			),
		);
		const { code } = run("python3", [generator, "--flash-size", "8MB", csv, join(path, "wrong.bin")]);
		assert.notEqual(code, 0);
	});
});
