import type { Shape, Strip } from "./strip.ts";

export class Rectangle implements Shape {
	readonly #left: number;
	readonly #top: number;
	readonly #right: number;
	readonly #bottom: number;
	readonly #color: number;

	constructor(left: number, top: number, right: number, bottom: number, color: number) {
		this.#left = left;
		this.#top = top;
		this.#right = right;
		this.#bottom = bottom;
		this.#color = color;
	}

	paint(strip: Strip): void {
		const bottom = Math.min(this.#bottom, strip.bottom);
		for (let y = Math.max(this.#top, strip.top); y < bottom; y++)
			strip.span(y, this.#left, this.#right, this.#color);
	}
}
