import { createHash } from "node:crypto";

/** What an image says of itself, and what it does. Every member has a default: the simulator's own firmware. */
export interface ImageOptions {
	/** esp_chip_id_t; default: the ESP32-S3's. */
	readonly chip?: number;
	/** The name of the board that it is for. */
	readonly board?: string;
	readonly version?: string;
	readonly generation?: number;
	/** Bytes of the program. */
	readonly size?: number;
	/** What the simulator does in place of serving: see docs/simulator.md. */
	readonly behavior?: "crash" | "hang" | "no-address";
	/** Whether a hash is at its end. */
	readonly hashed?: boolean;
}

const HEADER = 24,
	SEGMENT_HEADER = 8,
	DESCRIPTION = 256,
	FIRMWARE = 72;

/** Where the segment with the behavior claims to be loaded to (native/firmware.c). */
const BEHAVIOR_ADDRESS = 0x00c0ffee;

/**
 * Makes an image as esp-idf's elf2image makes them, with a program of noise: header, segments, checksum and SHA-256
 * (esp_app_format.h, esp_image_format.c), and the descriptions at the beginning of the first segment (esp_app_desc.h,
 * hosts/common/update/firmware.h).
 */
export function firmwareImage({
	chip = 9,
	board = "simulator",
	version = "0.1.0",
	generation = 1,
	size = 0x8000,
	behavior,
	hashed = true,
}: ImageOptions = {}): Buffer {
	const segments = [
		segment(0x3c000020, Buffer.concat([description(version), firmware(board, version, generation)])),
		segment(0x42000020, noise(size, version)),
		...(behavior === undefined ? [] : [segment(BEHAVIOR_ADDRESS, Buffer.from(behavior.padEnd(12, "\0")))]),
	];
	const header = Buffer.alloc(HEADER);
	header[0] = 0xe9;
	header[1] = segments.length;
	header.writeUInt32LE(0x40375000, 4);
	header.writeUInt16LE(chip, 12);
	header.writeUInt16LE(0xffff, 17);
	header[23] = hashed ? 1 : 0;
	const body = Buffer.concat([header, ...segments.map(({ head, data }) => Buffer.concat([head, data]))]);
	const padding = Buffer.alloc(16 - (body.length % 16));
	padding[padding.length - 1] = segments.reduce((sum, { data }) => data.reduce((all, byte) => all ^ byte, sum), 0xef);
	const whole = Buffer.concat([body, padding]);
	return hashed ? Buffer.concat([whole, createHash("sha256").update(whole).digest()]) : whole;
}

function segment(address: number, data: Buffer): { head: Buffer; data: Buffer } {
	const head = Buffer.alloc(SEGMENT_HEADER);
	head.writeUInt32LE(address, 0);
	head.writeUInt32LE(data.length, 4);
	return { head, data };
}

function description(version: string): Buffer {
	const bytes = Buffer.alloc(DESCRIPTION);
	bytes.writeUInt32LE(0xabcd5432, 0);
	bytes.write(version, 16, 31);
	bytes.write("xs_esp32", 48, 31);
	bytes.write("v6.0", 112, 31);
	return bytes;
}

function firmware(board: string, version: string, generation: number): Buffer {
	const bytes = Buffer.alloc(FIRMWARE);
	bytes.write("yieldcam", 0);
	bytes.writeUInt32LE(1, 8);
	bytes.writeUInt32LE(generation, 12);
	bytes.write(board, 16, 31);
	bytes.write(version, 48, 23);
	return bytes;
}

/** Returns bytes that differ from one version to another, and no block of which is like another. */
function noise(size: number, seed: string): Buffer {
	const blocks = [];
	for (let length = 0, hash = Buffer.from(seed); length < size; length += 32)
		blocks.push((hash = createHash("sha256").update(hash).digest()));
	return Buffer.concat(blocks).subarray(0, size & ~3);
}
