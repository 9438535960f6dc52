import { loadImage } from "@napi-rs/canvas";
import { jpegSize } from "../../src/extras/pictures/jpeg-size.ts";

/** The size of a JPEG, which is walked from marker to marker and decoded; throws when it is not whole. */
export async function decodeJpeg(jpeg: Buffer): Promise<string> {
	const size = jpegSize(jpeg);
	if ("fault" in size) throw new Error(`no whole JPEG: ${size.fault}`);
	// jpegSize is content with anything behind the end of image: that is a camera maker's matter, but not the wire's.
	if (jpeg.readUInt16BE(jpeg.length - 2) !== 0xffd9) throw new Error("a JPEG with something behind its end");
	const { width, height } = await loadImage(jpeg);
	if (width !== size.width || height !== size.height)
		throw new Error(`decoded to ${width}x${height}, while the frame header says ${size.width}x${size.height}`);
	return `${width}x${height}`;
}
