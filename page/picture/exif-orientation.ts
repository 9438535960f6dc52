/** Quarter turns clockwise. */
export type Turns = 0 | 1 | 2 | 3;

/** Values of the tag Orientation (Exif 2.32, 4.6.4), which say how to turn the image for display. */
const ORIENTATIONS = [1, 6, 3, 8] as const;

/**
 * Returns the JPEG with a note that viewers should turn it: an APP1 segment (Exif 2.32, 4.5.4) with one IFD of one tag,
 * after SOI. The image is not encoded again.
 */
export function turned(jpeg: Uint8Array<ArrayBuffer>, turns: Turns): Uint8Array<ArrayBuffer>[] {
	if (turns === 0) return [jpeg];
	const segment = new Uint8Array([
		0xff,
		0xe1,
		0,
		34, // APP1, its length
		0x45,
		0x78,
		0x69,
		0x66,
		0,
		0, // "Exif"
		0x4d,
		0x4d,
		0,
		42,
		0,
		0,
		0,
		8, // TIFF, big-endian, its first IFD
		0,
		1, // one entry:
		0x01,
		0x12,
		0,
		3,
		0,
		0,
		0,
		1,
		0,
		ORIENTATIONS[turns],
		0,
		0, // Orientation, one SHORT
		0,
		0,
		0,
		0, // no further IFD
	]);
	return [jpeg.subarray(0, 2), segment, jpeg.subarray(2)];
}
