import { setImmediate } from "node:timers/promises";
import type { FrameSize } from "../../../src/camera/frame-sizes.ts";
import { JpegEncoder } from "../../../src/extras/jpeg/encoder.ts";

/** Pixels that are encoded before the pipe and the clock have their turn: some milliseconds. */
const PIXELS_PER_TURN = 65_536;

/**
 * Encodes a picture as a camera's sensor does: 4:2:2, and with the Huffman tables of T.81, Annex K, whatever its size and
 * quality. Receivers of RTP (RFC 2435) know no others.
 *
 * @param rgba Four bytes for each pixel.
 * @param quality 1 to 100, as libjpeg scales the tables of T.81, Annex K.
 */
export async function encodeFrame(
	rgba: Uint8ClampedArray,
	{ width, height }: Pick<FrameSize, "width" | "height">,
	quality: number,
): Promise<Uint8Array> {
	const encoder = new JpegEncoder({
		width,
		height,
		format: "rgb888",
		quality,
		subsampling: "4:2:2",
		maxBytes: width * height * 4,
	});
	const strip = new Uint8Array(encoder.stripBytes);
	for (let pixels = 0; encoder.line < height; pixels += width * encoder.stripLines) {
		if (pixels >= PIXELS_PER_TURN) {
			await setImmediate();
			pixels = 0;
		}
		copyColors(rgba, 4 * width * encoder.line, strip);
		encoder.encode(strip);
	}
	return new Uint8Array(encoder.finish());
}

/** Fills the strip with pixels without their opacity. At the picture's end there may be fewer. */
function copyColors(rgba: Uint8ClampedArray, from: number, strip: Uint8Array): void {
	for (let to = 0; to < strip.length && from < rgba.length; from += 4, to += 3) {
		strip[to] = rgba[from];
		strip[to + 1] = rgba[from + 1];
		strip[to + 2] = rgba[from + 2];
	}
}
