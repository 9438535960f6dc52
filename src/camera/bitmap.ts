import type { DriverFrame } from "./driver.ts";

/**
 * A Windows bitmap in its own memory, an XS host buffer: 54 bytes of header, then three bytes per pixel, blue
 * first and the top row first.
 */
export interface Bitmap extends Pick<DriverFrame, "byteLength"> {
	/** Frees the memory; views of the bitmap then have length 0. Further calls do nothing. */
	close(): void;
}

/**
 * Converts a JPEG to a bitmap. `jpeg` is not needed any more when the call returns. The conversion is slow, and the
 * script continues during it. Rejects if there is not enough memory, or if the JPEG cannot be decoded. The caller
 * closes the bitmap.
 */
export type BitmapConverter = (jpeg: ArrayBuffer) => Promise<Bitmap>;
