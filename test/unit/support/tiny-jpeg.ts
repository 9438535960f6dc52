/** A whole JPEG of so many pixels' width: SOI, a frame header, a scan with one byte or as many as told, EOI. */
export function tinyJpeg(width: number, scan = 1): Uint8Array {
	return new Uint8Array([
		0xff, 0xd8,
		0xff, 0xc0, 0, 11, 8, 0, 16, width >> 8, width & 0xff, 1, 1, 0x11, 0,
		0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, ...Array<number>(scan).fill(0x12),
		0xff, 0xd9,
	]);
}
