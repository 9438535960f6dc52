import type { Shape, Strip } from "./strip.ts";

/** Lines from point to point, drawn with a square pen. */
export class Polyline implements Shape {
	readonly #points: ArrayLike<number>;
	readonly #color: number;
	/** How far the pen reaches left and up, and how far right and down, in pixels. */
	readonly #before: number;
	readonly #after: number;

	constructor(points: ArrayLike<number>, color: number, thickness: number) {
		this.#points = points;
		this.#color = color;
		this.#before = (thickness - 1) >> 1;
		this.#after = thickness >> 1;
	}

	paint(strip: Strip): void {
		const points = this.#points,
			color = this.#color,
			before = this.#before,
			after = this.#after;
		const top = strip.top - after - 1,
			bottom = strip.bottom + before + 1;
		for (let i = 3; i < points.length; i += 2) {
			const y0 = points[i - 2],
				y1 = points[i];
			// Also skips the line if one of them is NaN.
			if (!((y0 > top || y1 > top) && (y0 < bottom || y1 < bottom))) continue;
			// From the upper point to the lower one.
			const from = y0 <= y1 ? i - 3 : i - 1,
				to = y0 <= y1 ? i - 1 : i - 3;
			paintLine(
				strip,
				Math.round(points[from]),
				Math.round(points[from + 1]),
				Math.round(points[to]),
				Math.round(points[to + 1]),
				before,
				after,
				color,
			);
		}
	}
}

/**
 * Paints a line by rows, or by columns if it spans more of those, with one pixel of a thin line in each. What a row
 * shows is computed from its number alone, so that no strip depends on the one before.
 */
function paintLine(
	strip: Strip,
	x0: number,
	y0: number,
	x1: number,
	y1: number,
	before: number,
	after: number,
	color: number,
): void {
	const least = Math.min(x0, x1),
		most = Math.max(x0, x1);
	const slope = y1 > y0 ? (x1 - x0) / (y1 - y0) : Infinity;
	const steep = slope <= 1 && slope >= -1;
	const bottom = Math.min(strip.bottom, y1 + after + 1);
	for (let y = Math.max(strip.top, y0 - before); y < bottom; y++) {
		// Range in which the middle of the pen reaches this row.
		const first = Math.max(y - after, y0) - y0,
			last = Math.min(y + before, y1) - y0;
		let left, right;
		if (steep) {
			const from = Math.round(x0 + first * slope),
				to = Math.round(x0 + last * slope);
			left = Math.min(from, to);
			right = Math.max(from, to) + 1;
		} else {
			const from = x0 + (first - 0.5) * slope,
				to = x0 + (last + 0.5) * slope;
			left = Math.max(Math.ceil(Math.min(from, to)), least);
			right = Math.min(Math.ceil(Math.max(from, to)), most + 1);
		}
		strip.span(y, left - before, right + after, color);
	}
}
