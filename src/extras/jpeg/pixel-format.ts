/**
 * Layout of pixels in memory, row by row from the top, without padding between rows. `rgb565le` and `rgb565be`:
 * 16 bits, red in the highest five, the low or the high byte first; the SDK and CircuitPython draw the former,
 * esp32-camera's `PIXFORMAT_RGB565` gives the latter. `rgb888`: a byte each of red, green and blue, in this order.
 * `grayscale`: one byte.
 */
export type PixelFormat = "rgb565le" | "rgb565be" | "rgb888" | "grayscale";

const PIXEL_BYTES: Readonly<Record<PixelFormat, number>> = Object.freeze({
	rgb565le: 2,
	rgb565be: 2,
	rgb888: 3,
	grayscale: 1,
});

/** Returns the bytes of one pixel; undefined for an unknown format. */
export function pixelBytes(format: string): number | undefined {
	return Object.hasOwn(PIXEL_BYTES, format) ? PIXEL_BYTES[format as PixelFormat] : undefined;
}

/** Pixels in a buffer, or in a view of a part of one. 16-bit pixels must begin at an even byte. */
export type Pixels = ArrayBufferLike | ArrayBufferView;
