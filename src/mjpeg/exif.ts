import type { Bytes } from "../http/io.ts";
import { view } from "../http/syntax/bytes.ts";

/**
 * SOI, and a segment APP1 of 34 bytes (Exif 2.32, 4.5.4): "Exif", and TIFF, big-endian, whose directory at 8 has one
 * entry: Orientation (4.6.4), one SHORT. There is no further directory.
 */
const TURNED: Uint8Array = new Uint8Array([
	0xff, 0xd8, 0xff, 0xe1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3,
	0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0,
]);
/**
 * The same with 128 bytes and a second entry, which says where the directory of Exif is: at 38. That has ExifVersion, and
 * DateTimeOriginal, OffsetTimeOriginal and SubSecTimeOriginal (4.6.5), whose text follows at 92: 19 characters, and UTC.
 */
const DATED: Uint8Array = new Uint8Array([
	0xff, 0xd8, 0xff, 0xe1, 0, 128, 0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 2, 0x01, 0x12, 0, 3,
	0, 0, 0, 1, 0, 0, 0, 0, 0x87, 0x69, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38, 0, 0, 0, 0, 0, 4, 0x90, 0, 0, 7, 0, 0, 0, 4,
	0x30, 0x32, 0x33, 0x32, 0x90, 0x03, 0, 2, 0, 0, 0, 20, 0, 0, 0, 92, 0x90, 0x11, 0, 2, 0, 0, 0, 7, 0, 0, 0, 112,
	0x92, 0x91, 0, 2, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0x2b, 0x30, 0x30, 0x3a, 0x30, 0x30, 0, 0,
]);
/** Where the value of Orientation is in both. */
const ORIENTATION_AT = 31;
/** Where the milliseconds and the rest of the time are. */
const MILLISECONDS_AT = 96;
const DATE_AT = 104;
/** Characters of a date and time up to the second. */
const DATE_LENGTH = 19;
/** The values of Orientation, by quarter turns clockwise that make the image upright. */
const ORIENTATIONS = Object.freeze([1, 6, 3, 8]);

/**
 * Returns a JPEG with an Exif segment, as pieces: the segment, and a view of the JPEG. The image is neither encoded again nor
 * copied. The segment tells viewers to turn the image by quarter turns clockwise, and when it was taken. Without either, and if
 * the JPEG has an Exif segment of its own, it stays as it is: that segment says how the picture was taken, and a second one
 * would be an error.
 *
 * @param time Microseconds since 1970 (UTC).
 */
export function annotated(jpeg: Bytes, turns: number, time?: number): readonly Bytes[] {
	// A frame that was taken back has no bytes.
	if ((turns === 0 && time === undefined) || jpeg.byteLength < 2 || hasExif(view(jpeg, 0, jpeg.byteLength)))
		return [jpeg];
	const head = new Uint8Array(time === undefined ? TURNED : DATED);
	head[ORIENTATION_AT] = ORIENTATIONS[turns];
	if (time !== undefined) writeTime(head, time);
	return [head, view(jpeg, 2, jpeg.byteLength - 2)];
}

/** Writes a time as Exif does: "2026:12:31 23:59:59", and the milliseconds apart. */
function writeTime(head: Uint8Array, time: number): void {
	const text = new Date(time / 1_000).toISOString();
	for (let i = 0; i < DATE_LENGTH; i++) {
		const character = text.charAt(i);
		head[DATE_AT + i] = (character === "-" ? ":" : character === "T" ? " " : character).charCodeAt(0);
	}
	for (let i = 0; i < 3; i++) head[MILLISECONDS_AT + i] = text.charCodeAt(DATE_LENGTH + 1 + i);
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
