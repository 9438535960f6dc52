import { loadImage } from "@napi-rs/canvas";
import { parseParts, parseResponse } from "../support/tools-http.ts";
import { decodeJpeg } from "../support/tools-jpeg.ts";
import type { Seen } from "./consumer.ts";

/** Decodes what a consumer took for JPEGs: they must be whole, and all of one size. */
export async function seenOf(jpegs: readonly Buffer[]): Promise<Seen> {
	const sizes = new Set<string>();
	for (const jpeg of jpegs) sizes.add(await decodeJpeg(jpeg));
	return { frames: jpegs.length, size: [...sizes].join(" and ") };
}

/** The same for one whole Windows bitmap. */
export async function seenOfBitmap(bitmap: Buffer): Promise<Seen> {
	// BITMAPFILEHEADER: "BM", and the size of the file.
	if (bitmap.toString("latin1", 0, 2) !== "BM" || bitmap.readUInt32LE(2) !== bitmap.length)
		throw new Error(`not a whole bitmap: ${bitmap.length} bytes that begin with ${bitmap.toString("hex", 0, 6)}`);
	const { width, height } = await loadImage(bitmap);
	return { frames: 1, size: `${width}x${height}` };
}

/** The JPEGs in a response's bytes as they were on the wire; each must be as long as its Content-Length says. */
export function jpegsOnWire(bytes: Buffer): Buffer[] {
	const { status, fields, body } = parseResponse(bytes);
	if (status !== 200) throw new Error(`unexpected status ${status}`);
	return jpegsOf(fields.get("content-type") ?? "", body);
}

/** The same for a body with a Content-Type. */
export function jpegsOf(type: string, body: Buffer): Buffer[] {
	const boundary = /^multipart\/x-mixed-replace;\s*boundary=([^;\s]+)$/.exec(type)?.[1];
	if (boundary === undefined) throw new Error(`unexpected Content-Type ${type}`);
	return parseParts(body, boundary).map(({ fields, body: jpeg }) => {
		if (fields.get("content-length") !== String(jpeg.length))
			throw new Error(`a part of ${jpeg.length} bytes has the Content-Length ${fields.get("content-length")}`);
		return jpeg;
	});
}

/** Whether the given number of whole parts has arrived: the last one counts once the next has begun. */
export function hasParts(bytes: Buffer, count: number): boolean {
	let parts = 0;
	for (let at = bytes.indexOf("\r\nContent-Length: "); at >= 0; at = bytes.indexOf("\r\nContent-Length: ", at + 1))
		parts++;
	return parts > count;
}
