import type { DriverFrame } from "./driver.ts";

/**
 * A Windows bitmap in memory of its own, an XS host buffer: 54 bytes of header, then three bytes for each
 * pixel, blue first, and the top row first.
 */
export interface Bitmap extends Pick<DriverFrame, "byteLength"> {
	/** Gives the memory back; views of the bitmap have length 0 from then on. Further calls do nothing. */
	close(): void;
}

/**
 * Makes a bitmap of a JPEG; what stands in `jpeg` is not needed any more when it returns. It takes long,
 * and the script goes on meanwhile. Rejects where there is no memory for it, and where the JPEG cannot be
 * decoded. Whoever gets the bitmap closes it.
 */
export type BitmapConverter = (jpeg: ArrayBuffer) => Promise<Bitmap>;
