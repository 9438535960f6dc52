import { loadImage } from "@napi-rs/canvas";
import { jpegSize } from "../../src/extras/pictures/jpeg-size.ts";

/** The size of a JPEG, which is walked from marker to marker and decoded; throws if it is not whole. */
export async function decodeJpeg(jpeg: Buffer): Promise<string> {
	const size = jpegSize(jpeg);
	if ("fault" in size) throw new Error(`not a whole JPEG: ${size.fault}`);
	// jpegSize accepts any data after the end of image: a camera maker may append it, but the wire must not have it.
	if (jpeg.readUInt16BE(jpeg.length - 2) !== 0xffd9) throw new Error("a JPEG with data after its end");
	const { width, height } = await loadImage(jpeg);
	if (width !== size.width || height !== size.height)
		throw new Error(`decoded to ${width}x${height}, while the frame header says ${size.width}x${size.height}`);
	return `${width}x${height}`;
}
