import Timer from "timer";
import { JpegEncoder, type JpegOptions } from "./encoder.ts";
import type { PixelFormat, Pixels } from "./pixel-format.ts";

interface Picture {
	/** Pixels, 1 to 65,535. */
	readonly width: number;
	readonly height: number;
	readonly format: PixelFormat;
}

/** A picture that is completely in memory. It must not change while it is encoded. */
export interface Bitmap extends Picture {
	readonly pixels: Pixels;
}

/** A picture that is painted strip by strip, so that it needs memory for one strip only. */
export interface StripSource extends Picture {
	/** Sets all pixels of `lines` lines of the picture, from `top` on. The strip still has its previous content. */
	paint(strip: ArrayBuffer, top: number, lines: number): void;
}

/** Pixels encoded before the event loop runs other work. */
const PIXELS_PER_TURN = 640;

/** Whether a picture is being encoded. It changes, so this module cannot be preloaded into flash. */
let busy = false;
/** Functions that start the waiting pictures. */
const waiting: (() => void)[] = [];

/**
 * Encodes a picture as JPEG. It lets the event loop run between parts of each strip, so that streams continue.
 * Pictures are encoded one after the other: each takes memory for a strip and for its JPEG, and none would be done
 * sooner in parallel. Rejects with a RangeError if a JPEG cannot represent the picture or would exceed `maxBytes`, and
 * with any error from `paint`.
 */
export function encodeJpeg(picture: Bitmap | StripSource, options: JpegOptions = {}): Promise<ArrayBuffer> {
	return busy
		? new Promise((resolve) => waiting.push(() => resolve(begin(picture, options))))
		: begin(picture, options);
}

function begin(picture: Bitmap | StripSource, options: JpegOptions): Promise<ArrayBuffer> {
	busy = true;
	const encoded = encode(picture, options);
	encoded.then(goOn, goOn);
	return encoded;
}

function goOn(): void {
	busy = false;
	waiting.shift()?.();
}

function encode(picture: Bitmap | StripSource, options: JpegOptions): Promise<ArrayBuffer> {
	return new Promise((resolve, reject) => {
		const { width, height, format } = picture;
		const encoder = new JpegEncoder({ ...options, width, height, format });
		const { mcuPixels, stripLines, stripBytes } = encoder;
		const mcus = Math.ceil(PIXELS_PER_TURN / mcuPixels);
		const nextStrip =
			"paint" in picture ? painted(picture, stripLines, stripBytes) : cut(picture, stripLines, stripBytes);
		let strip: Pixels | undefined;
		const turn = (): void => {
			try {
				strip ??= nextStrip(encoder.line);
				if (encoder.encode(strip, mcus)) strip = undefined;
				if (encoder.line < height) Timer.set(turn, 0);
				else resolve(encoder.finish());
			} catch (error) {
				reject(error);
			}
		};
		turn();
	});
}

type NextStrip = (top: number) => Pixels;

/** Paints all strips into one buffer. */
function painted(source: StripSource, stripLines: number, stripBytes: number): NextStrip {
	const strip = new ArrayBuffer(stripBytes);
	return (top) => {
		source.paint(strip, top, Math.min(stripLines, source.height - top));
		return strip;
	};
}

/** Returns strips that are parts of the whole picture. */
function cut({ pixels, height }: Bitmap, stripLines: number, stripBytes: number): NextStrip {
	const bytes = ArrayBuffer.isView(pixels)
		? new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength)
		: new Uint8Array(pixels);
	const lineBytes = stripBytes / stripLines;
	if (bytes.length < height * lineBytes)
		throw new RangeError(`${height} lines of pixels take ${height * lineBytes} bytes, not ${bytes.length}`);
	return (top) => bytes.subarray(top * lineBytes, (top + stripLines) * lineBytes);
}
