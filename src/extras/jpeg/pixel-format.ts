/**
 * How pixels lie in memory, row by row from the top, without padding between rows. `rgb565le` and `rgb565be`:
 * 16 bits, red in the highest five, the low or the high byte first; the former is what the SDK and CircuitPython
 * draw, the latter what esp32-camera's `PIXFORMAT_RGB565` gives. `rgb888`: a byte each of red, green, blue, in this
 * order. `grayscale`: one byte.
 */
export type PixelFormat = "rgb565le" | "rgb565be" | "rgb888" | "grayscale";

const PIXEL_BYTES: Readonly<Record<PixelFormat, number>> = Object.freeze({
	rgb565le: 2,
	rgb565be: 2,
	rgb888: 3,
	grayscale: 1,
});

/** How many bytes a pixel takes; undefined where there is no such format. */
export function pixelBytes(format: string): number | undefined {
	return Object.hasOwn(PIXEL_BYTES, format) ? PIXEL_BYTES[format as PixelFormat] : undefined;
}

/** Pixels, wherever they lie: a buffer, or a view of a part of one. 16-bit pixels have to begin at an even byte. */
export type Pixels = ArrayBufferLike | ArrayBufferView;
