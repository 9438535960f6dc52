export interface JpegSize {
	readonly width: number;
	readonly height: number;
}

export interface JpegFault {
	readonly fault: string;
}

/**
 * Finds the next marker that is neither a stuffed FF 00 nor a restart RST0…RST7. Returns the length if there is none,
 * and NaN if it gives up.
 */
export type MarkerSearch = (offset: number) => number;

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;

/**
 * Cameras write some twenty, progressive encoders a hundred. A megabyte has room for 260,000, which take half a second
 * to scan.
 */
const SEGMENTS = 512;

/** Maximum fill bytes before a marker. */
const FILL = 64;

/**
 * FF bytes, stuffed or of restarts, that the image data may have: this number, plus one in this number of bytes.
 * Huffman codes have one in a hundred; a megabyte of nothing else takes a tenth of a second to scan.
 */
const STUFFED = 4_096,
	STUFFED_SHARE = 16;

/**
 * Returns the size from a JPEG's frame header (ITU-T T.81, annex B). It checks every marker from SOI to EOI, so that a
 * truncated file is found here, and not by a viewer whose picture stays half gray. Data after EOI is the camera
 * maker's, and is ignored.
 *
 * @param markerAfter A faster search, if there is one: XS takes 11 ms for 300 kB on a desktop, and a board is tens of
 * times slower.
 */
export function jpegSize(bytes: Uint8Array, markerAfter: MarkerSearch = searchIn(bytes)): JpegSize | JpegFault {
	if (bytes.length === 0) return { fault: "it is empty" };
	if (bytes[0] !== 0xff || bytes[1] !== SOI) return { fault: "it does not begin with FF D8" };
	let size: JpegSize | undefined;
	let offset = 2;
	for (let segments = 0; ; segments++) {
		if (segments > SEGMENTS) return { fault: `it has more than ${SEGMENTS} segments` };
		if (bytes[offset] !== 0xff) return cutShort(bytes, offset) ?? { fault: `there is no marker at byte ${offset}` };
		// B.1.1.2: any number of fill bytes FF may precede a marker. Encoders write only a few.
		for (let fill = 0; bytes[offset] === 0xff; offset++) {
			if (++fill > FILL) return { fault: `it has more than ${FILL} fill bytes in a row` };
		}
		const marker = bytes[offset++];
		if (marker === EOI) return size ?? { fault: "it has no frame header (SOF)" };
		const length = offset + 2 <= bytes.length ? u16(bytes, offset) : 0;
		const end = offset + length;
		const short = cutShort(bytes, end);
		if (short) return short;
		if (length < 2) return { fault: `its segment at byte ${offset} has the length ${length}` };
		if (isFrameHeader(marker)) {
			if (size) return { fault: "it has two frame headers (SOF)" };
			size = { height: u16(bytes, offset + 3), width: u16(bytes, offset + 5) };
			if (length < 8 || size.width === 0 || size.height === 0)
				return { fault: "its frame header (SOF) gives no size" };
		}
		offset = marker === SOS ? markerAfter(end) : end;
		if (Number.isNaN(offset)) return { fault: "its image data is mostly FF" };
	}
}

function cutShort(bytes: Uint8Array, offset: number): JpegFault | undefined {
	return offset >= bytes.length ? { fault: "it is cut short: no end of image (EOI)" } : undefined;
}

/** SOF0…SOF15, except for C4, C8 and CC, which are DHT, JPG and DAC. */
function isFrameHeader(marker: number | undefined): boolean {
	return (
		marker !== undefined &&
		marker >= 0xc0 &&
		marker <= 0xcf &&
		marker !== 0xc4 &&
		marker !== 0xc8 &&
		marker !== 0xcc
	);
}

/** Returns a search for one picture, with one limit of FF bytes for all of its scans. */
function searchIn(bytes: Uint8Array): MarkerSearch {
	let left = STUFFED + bytes.length / STUFFED_SHARE;
	return (offset) => {
		for (; left > 0; left--) {
			offset = bytes.indexOf(0xff, offset);
			if (offset < 0) return bytes.length;
			const next = bytes[offset + 1];
			if (next === 0x00 || (next !== undefined && next >= 0xd0 && next <= 0xd7)) offset += 2;
			else return offset;
		}
		return NaN;
	};
}

function u16(bytes: Uint8Array, offset: number): number {
	return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}
