const APP2 = 0xe2;
const SOS = 0xda;

/** Removes canvas's sRGB profile of about 470 bytes, a quarter of a 96×96 frame. Cameras write none. */
export function withoutColorProfile(jpeg: Buffer): Buffer {
	let offset = 2;
	while (jpeg[offset + 1] !== SOS) {
		const end = offset + 2 + jpeg.readUInt16BE(offset + 2);
		if (jpeg[offset + 1] === APP2) return Buffer.concat([jpeg.subarray(0, offset), jpeg.subarray(end)]);
		offset = end;
	}
	return jpeg;
}
