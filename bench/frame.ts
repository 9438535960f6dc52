import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { JpegEncoder } from "../src/extras/jpeg/encoder.ts";
import { root } from "../test/support/root.ts";

/** The length of the frame for counting costs: that of an OV2640's QVGA frame at its default quality. */
export const FRAME_LENGTH = 10_000;

/**
 * Makes a folder with a frame of the given length: a picture with a comment, so that it is the same on every machine.
 */
export function frameFolder(length: number): string {
	const folder = join(root, `build/bench-frame-${length}`);
	const picture = readFileSync(join(root, "hosts/sim/portable/pictures/card-0.jpg"));
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, "frame.jpg"), withComment(picture, length - picture.length));
	return folder;
}

/** Makes a folder with a frame of about the given length that RTP can carry: 4:2:2, with the tables of T.81, Annex K. */
export function rtpFrameFolder(length: number, width = 320, height = 240): string {
	const folder = join(root, `build/bench-rtp-frame-${width}-${length}`),
		line = 3 * width;
	// The larger the picture is, the larger are the areas of a color in it.
	const pixels = Uint8Array.from({ length: line * height }, (_, at) => {
		const x = Math.floor(((at % line) * 320) / width),
			y = Math.floor((Math.floor(at / line) * 240) / height);
		return ((960 * y + x) % 251) ^ (y & 31);
	});
	let picture = new ArrayBuffer(0);
	for (let quality = 5; picture.byteLength < length; quality += 5) {
		const encoder = new JpegEncoder({
			width,
			height,
			format: "rgb888",
			quality,
			subsampling: "4:2:2",
			maxBytes: 10 * length,
		});
		while (encoder.line < encoder.height) encoder.encode(pixels.subarray(line * encoder.line));
		picture = encoder.finish();
	}
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, "frame.jpg"), Buffer.from(picture));
	return folder;
}

/** Adds a COM segment (ITU-T T.81, B.2.4.5) after start of image. Its length includes itself, but not the marker. */
function withComment(jpeg: Buffer, length: number): Buffer {
	const comment = Buffer.alloc(length, " ");
	comment.writeUInt16BE(0xfffe, 0);
	comment.writeUInt16BE(length - 2, 2);
	return Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]);
}
