import type { Bytes } from "../http/io.ts";
import { view } from "../http/syntax/bytes.ts";

/**
 * SOI, and a segment APP1 of 34 bytes (Exif 2.32, 4.5.4): "Exif", and TIFF, big-endian, whose directory at 8 has one
 * entry: Orientation (4.6.4), one SHORT. There is no further directory.
 */
const HEAD: Uint8Array = new Uint8Array([
	0xff, 0xd8, 0xff, 0xe1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3,
	0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0,
]);
/** Where the value of Orientation is in it. */
const VALUE_AT = 31;
/** Its values, by quarter turns clockwise that make the image upright. */
const ORIENTATIONS = Object.freeze([1, 6, 3, 8]);

/**
 * Returns a JPEG with a note that viewers should turn it by quarter turns clockwise, as pieces: an Exif segment, and a
 * view of the JPEG. The image is neither encoded again nor copied. A JPEG with an Exif segment of its own stays as it is,
 * since that says how the picture was taken, and a second one would be an error.
 */
export function oriented(jpeg: Bytes, turns: number): readonly Bytes[] {
	// A frame that was taken back has no bytes.
	if (turns === 0 || jpeg.byteLength < 2 || hasExif(view(jpeg, 0, jpeg.byteLength))) return [jpeg];
	const head = new Uint8Array(HEAD);
	head[VALUE_AT] = ORIENTATIONS[turns];
	return [head, view(jpeg, 2, jpeg.byteLength - 2)];
}

/** Reports whether one of the segments at the beginning is Exif's. Application segments and comments come first. */
function hasExif(jpeg: Uint8Array): boolean {
	for (let at = 2; at + 10 <= jpeg.length && jpeg[at] === 0xff; at += 2 + 256 * jpeg[at + 2] + jpeg[at + 3]) {
		const marker = jpeg[at + 1];
		if (marker === 0xe1 && jpeg[at + 4] === 0x45 && jpeg[at + 5] === 0x78 && jpeg[at + 6] === 0x69) return true;
		if (marker !== 0xfe && (marker & 0xf0) !== 0xe0) return false;
	}
	return false;
}
