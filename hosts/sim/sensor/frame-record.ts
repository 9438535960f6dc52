/**
 * The format of a frame on the pipe to the host, all little-endian: "YCF1", u32 JPEG length, u16 width, u16 height, u32
 * zero, u64 microseconds of CLOCK_MONOTONIC at the start of exposure; then the JPEG.
 */
export const FRAME_HEADER_LENGTH = 24;

const magic = Buffer.from("YCF1", "latin1");

export interface Frame {
	readonly jpeg: Uint8Array;
	readonly width: number;
	readonly height: number;
	readonly timestamp: bigint;
}

export function frameHeader({ jpeg, width, height, timestamp }: Frame): Buffer {
	const header = Buffer.alloc(FRAME_HEADER_LENGTH);
	magic.copy(header);
	header.writeUInt32LE(jpeg.byteLength, 4);
	header.writeUInt16LE(width, 8);
	header.writeUInt16LE(height, 10);
	header.writeBigUInt64LE(timestamp, 16);
	return header;
}

/** Returns the first frame in `bytes` and the rest, or undefined if the frame is not complete. */
export function takeFrame(bytes: Buffer): { frame: Frame; rest: Buffer } | undefined {
	if (bytes.length < FRAME_HEADER_LENGTH) return undefined;
	if (!bytes.subarray(0, 4).equals(magic) || bytes.readUInt32LE(12) !== 0)
		throw new Error(`no frame header: ${bytes.toString("hex", 0, FRAME_HEADER_LENGTH)}`);
	const end = FRAME_HEADER_LENGTH + bytes.readUInt32LE(4);
	if (bytes.length < end) return undefined;
	const frame = {
		jpeg: bytes.subarray(FRAME_HEADER_LENGTH, end),
		width: bytes.readUInt16LE(8),
		height: bytes.readUInt16LE(10),
		timestamp: bytes.readBigUInt64LE(16),
	};
	return { frame, rest: bytes.subarray(end) };
}
