import { createCanvas, loadImage } from "@napi-rs/canvas";
import { createRequire } from "node:module";

/** The package is CommonJS whose types are those of a module. */
const read = createRequire(import.meta.url)("jsqr") as (
	rgba: Uint8ClampedArray,
	width: number,
	height: number,
) => { readonly data: string } | null;

/** Reads the QR code in a screenshot, as a phone's camera would. Resolves to its text, or null if there is none. */
export async function scan(png: Uint8Array): Promise<string | null> {
	const image = await loadImage(Buffer.from(png));
	const { width, height } = image;
	const context = createCanvas(width, height).getContext("2d");
	context.drawImage(image, 0, 0);
	return read(context.getImageData(0, 0, width, height).data, width, height)?.data ?? null;
}
