import { assert } from "chai";
import { annotated } from "yieldcam/mjpeg/exif";

/** A JPEG of these segments, and the beginning of its image data. */
function jpeg(...segments: (readonly number[])[]): Uint8Array {
	return new Uint8Array([0xff, 0xd8, ...segments.flat(), 0xff, 0xdb, 0, 4, 1, 2, 0xff, 0xd9]);
}

const JFIF = [0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0];
const COMMENT = [0xff, 0xfe, 0, 6, 0x45, 0x78, 0x69, 0x66];
const EXIF = [0xff, 0xe1, 0, 34, 0x45, 0x78, 0x69, 0x66, ...new Array<number>(28).fill(0)];
const XMP = [0xff, 0xe1, 0, 8, 0x68, 0x74, 0x74, 0x70, 0x3a, 0x2f];

function bytesOf(pieces: readonly (ArrayBuffer | Uint8Array)[]): number[] {
	return pieces.flatMap((piece) => [...(piece instanceof Uint8Array ? piece : new Uint8Array(piece))]);
}

describe("a JPEG's orientation", () => {
	for (const [turns, value] of [
		[1, 6],
		[2, 3],
		[3, 8],
	] as const)
		it(`is in a segment after SOI: ${turns} quarter turns are ${value}`, () => {
			const original = jpeg(JFIF);
			const bytes = bytesOf(annotated(original, turns));
			assert.lengthOf(bytes, original.length + 36);
			assert.deepEqual(bytes.slice(0, 12), [0xff, 0xd8, 0xff, 0xe1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0]);
			// Big-endian TIFF; at 8, one entry: tag 0x0112, type 3, count 1, the value; no further directory.
			assert.deepEqual(bytes.slice(12, 38), [
				...[0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1],
				...[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0, 0, 0, 0, 0],
			]);
			assert.deepEqual(bytes.slice(38), [...original.slice(2)]);
		});

	it("takes no copy of the image", () => {
		const original = jpeg(JFIF);
		const [, rest] = annotated(original, 1) as Uint8Array[];
		assert.strictEqual(rest.buffer, original.buffer);
		assert.strictEqual((annotated(original.buffer as ArrayBuffer, 1)[1] as Uint8Array).buffer, original.buffer);
	});

	it("is not mentioned if the picture is upright", () => {
		const original = jpeg(JFIF);
		assert.deepEqual(annotated(original, 0), [original]);
	});

	for (const [what, segments] of [
		["at once", [EXIF]],
		["after others", [JFIF, COMMENT, XMP, EXIF]],
	] as const)
		it(`is not added to a JPEG with an Exif segment of its own, ${what}`, () => {
			const original = jpeg(...segments);
			assert.deepEqual(annotated(original, 1), [original]);
		});

	for (const [what, segments] of [
		["a comment that says Exif", [COMMENT]],
		["XMP", [XMP]],
		["no application segment", []],
		["segments that have no length", [[0xff, 0xe0, 0, 0, 0xff, 0xe0, 0, 0]]],
		["a segment that is longer than the file", [[0xff, 0xe0, 0xff, 0xff, 0, 0]]],
	] as const)
		it(`is added to a JPEG with ${what}`, () => {
			assert.lengthOf(annotated(jpeg(...segments), 1), 2);
		});

	it("is not added to a frame that was taken back, which has no bytes", () => {
		for (const length of [0, 1]) {
			const bytes = new Uint8Array(length);
			assert.deepEqual(annotated(bytes, 1), [bytes]);
		}
	});
});

describe("the time in a JPEG", () => {
	/** 2027-01-15T08:00:00.123Z, and some microseconds. */
	const TIME = 1_800_000_000_123_900;

	/** The value of a tag in the directory at an offset, as bytes. */
	function valueOf(bytes: readonly number[], directory: number, wanted: number): number[] | undefined {
		const tiff = new DataView(Uint8Array.from(bytes.slice(12)).buffer);
		for (let i = 0, at = directory + 2; i < tiff.getUint16(directory); i++, at += 12) {
			if (tiff.getUint16(at) !== wanted) continue;
			const size = [0, 1, 1, 2, 4, 8, 0, 1][tiff.getUint16(at + 2)] * tiff.getUint32(at + 4),
				from = size > 4 ? tiff.getUint32(at + 8) : at + 8;
			return bytes.slice(12 + from, 12 + from + size);
		}
		return undefined;
	}

	const text = (bytes: readonly number[] | undefined): string => String.fromCharCode(...bytes!);

	it("is when it was taken, to the millisecond, in UTC", () => {
		const original = jpeg(JFIF),
			bytes = bytesOf(annotated(original, 0, TIME));
		assert.deepEqual(bytes.slice(0, 12), [0xff, 0xd8, 0xff, 0xe1, 0, 128, 0x45, 0x78, 0x69, 0x66, 0, 0]);
		const [, , , directory] = valueOf(bytes, 8, 0x8769)!;
		assert.equal(text(valueOf(bytes, directory, 0x9000)), "0232");
		assert.equal(text(valueOf(bytes, directory, 0x9003)), "2027:01:15 08:00:00\0");
		assert.equal(text(valueOf(bytes, directory, 0x9011)), "+00:00\0");
		assert.equal(text(valueOf(bytes, directory, 0x9291)), "123\0");
		assert.deepEqual(bytes.slice(132), [...original.slice(2)]);
	});

	it("goes with the orientation, which is upright without turns", () => {
		for (const [turns, value] of [1, 6, 3, 8].entries())
			assert.deepEqual(valueOf(bytesOf(annotated(jpeg(JFIF), turns, TIME)), 8, 0x0112), [0, value]);
	});
});
