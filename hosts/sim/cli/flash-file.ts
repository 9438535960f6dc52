import { writeFileSync } from "node:fs";
import { partitions } from "#scripts/flash/partitions.mjs";

const TYPES = { app: 0, data: 1 };
const SUBTYPES: Readonly<Record<string, number>> = { nvs: 2, ota: 0, phy: 1, undefined: 6, ota_0: 0x10, ota_1: 0x11 };

/** The offset of the partition table. */
const TABLE = 0x8000;

/** Writes a file with a flash as `npm run flash` leaves it: the table of partitions, and an image in the first slot. */
export function writeFlash(file: string, image: Buffer, megabytes = 8): void {
	const flash = Buffer.alloc(megabytes * 0x100000, 0xff);
	for (const [index, { name, type, subtype, offset, size }] of partitions(megabytes).entries()) {
		const entry = flash.subarray(TABLE + 32 * index, TABLE + 32 * (index + 1)).fill(0);
		entry.writeUInt16LE(0x50aa, 0);
		entry[2] = TYPES[type];
		entry[3] = SUBTYPES[subtype];
		entry.writeUInt32LE(offset, 4);
		entry.writeUInt32LE(size, 8);
		entry.write(name, 12, 15);
		if (name === "ota_0") image.copy(flash, offset);
	}
	writeFileSync(file, flash);
}
