import { ADVANCE, glyph, GLYPH_HEIGHT, glyphRow, glyphsOf, GLYPH_WIDTH } from "./font.ts";
import type { Shape, Strip } from "./strip.ts";

export class Text implements Shape {
	readonly #glyphs: Uint8Array;
	readonly #left: number;
	readonly #top: number;
	readonly #color: number;
	readonly #scale: number;

	constructor(text: string, left: number, top: number, color: number, scale: number) {
		this.#glyphs = glyphsOf(text);
		this.#left = left;
		this.#top = top;
		this.#color = color;
		this.#scale = scale;
	}

	paint(strip: Strip): void {
		const top = this.#top,
			scale = this.#scale,
			color = this.#color;
		const bottom = Math.min(top + GLYPH_HEIGHT * scale, strip.bottom);
		for (let y = Math.max(top, strip.top); y < bottom; y++) {
			const row = Math.floor((y - top) / scale);
			let left = this.#left;
			for (const number of this.#glyphs) {
				const bits = glyphRow(glyph(number), row);
				for (let column = 0; column < GLYPH_WIDTH; column++)
					if (bits & (0x10 >> column))
						strip.span(y, left + column * scale, left + (column + 1) * scale, color);
				left += ADVANCE * scale;
			}
		}
	}
}
