import { FRACTION_BITS } from "./dct.ts";
import type { Pixels } from "./pixel-format.ts";
import { bytesOf, newBlock, repeatEdges, type Sampler, VARIES_LUMA } from "./sampler.ts";

export class GraySampler implements Sampler {
	readonly luma: number[] = newBlock();
	readonly blue: number[] = [];
	readonly red: number[] = [];
	#pixels: Uint8Array = new Uint8Array(0);
	#width = 0;

	open(pixels: Pixels, width: number): void {
		this.#pixels = bytesOf(pixels);
		this.#width = width;
	}

	load(at: number, columns: number, rows: number): number {
		const pixels = this.#pixels,
			luma = this.luma,
			skip = this.#width - columns;
		const first = pixels[at];
		let varies = 0;
		for (let row = 0, to = 0; row < rows; row++, at += skip, to += 8 - columns)
			for (let column = 0; column < columns; column++) {
				const pixel = pixels[at++];
				if (pixel !== first) varies = VARIES_LUMA;
				luma[to++] = (pixel - 128) << FRACTION_BITS;
			}
		if (varies) repeatEdges(luma, columns, rows);
		return varies;
	}
}
