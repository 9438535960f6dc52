/**
 * A partition of a board's flash, in bytes.
 *
 * @typedef {object} Partition
 * @property {string} name
 * @property {"app" | "data"} type
 * @property {string} subtype
 * @property {number} offset
 * @property {number} size
 */

const KB = 0x400,
	MB = 0x100000;

/** Where the apps begin. The bootloader maps flash in pages of 64 kB, so each app begins at a multiple of that. */
const APPS = 0x20000;

/**
 * The size of a slot for each size of flash, in megabytes: a multiple of 64 kB. A board of 4 MB has no flash to spare.
 *
 * @type {Readonly<Record<number, number>>}
 */
const SLOTS = { 4: 31 * 64 * KB, 8: 3.5 * MB, 16: 6 * MB, 32: 6 * MB };

/**
 * Returns the partitions of a flash. An update over the air cannot change the table, so what later firmware may need is
 * in it from the start: two slots for the firmware, and a partition of what is left.
 *
 * The preferences (`nvs`) are where they were when there was one slot: a board that is flashed again over USB keeps its
 * settings. `otadata`, which says what slot to boot, has two sectors: one of them is always whole.
 *
 * @param {number} megabytes
 * @returns {Partition[]}
 */
export function partitions(megabytes) {
	const slot = SLOTS[megabytes],
		second = APPS + slot,
		rest = second + slot,
		end = megabytes * MB;
	return [
		{ name: "nvs", type: "data", subtype: "nvs", offset: 0x9000, size: 24 * KB },
		{ name: "otadata", type: "data", subtype: "ota", offset: 0xf000, size: 8 * KB },
		{ name: "phy_init", type: "data", subtype: "phy", offset: 0x11000, size: 4 * KB },
		{ name: "ota_0", type: "app", subtype: "ota_0", offset: APPS, size: slot },
		{ name: "ota_1", type: "app", subtype: "ota_1", offset: second, size: slot },
		...(rest < end
			? [
					/** @type {const} */ ({
						name: "storage",
						type: "data",
						subtype: "undefined",
						offset: rest,
						size: end - rest,
					}),
				]
			: []),
	];
}

/**
 * Returns the table as esp-idf reads it (gen_esp32part.py).
 *
 * @param {readonly Partition[]} table
 */
export function partitionTable(table) {
	/** @param {number} number */
	const hex = (number) => `0x${number.toString(16)}`;
	return [
		"# name, type, subtype, offset, size",
		...table.map(
			({ name, type, subtype, offset, size }) => `${name}, ${type}, ${subtype}, ${hex(offset)}, ${hex(size)},`,
		),
		"",
	].join("\n");
}
