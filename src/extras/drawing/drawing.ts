import { type Color, rgb565 } from "./color.ts";
import { Polyline } from "./polyline.ts";
import { Rectangle } from "./rectangle.ts";
import { type Shape, Strip } from "./strip.ts";
import { Text } from "./text.ts";

export interface DrawingOptions {
	/** Pixels. */
	readonly width: number;
	readonly height: number;
	/** Default: white. */
	readonly background?: Color | undefined;
}

/**
 * A list of shapes that is painted only when a picture is made of it, and then strip by strip: a chart takes memory for
 * its lines and texts, and for a few lines of pixels. Later shapes cover earlier ones.
 *
 * ```ts
 * const chart = new Drawing({ width: 320, height: 240 })
 * 	.polyline([40, 10, 40, 220, 310, 220], 0x808080)
 * 	.polyline(temperatures, 0xff0000, 2)
 * 	.text("21.5", 4, 10, 0x000000);
 * const jpeg = await encodeJpeg(chart);
 * ```
 *
 * Coordinates are pixels from the top left corner, and are rounded. What is outside the picture is not visible. Every
 * method throws a RangeError for a number that is NaN, except for the points of a polyline.
 */
export class Drawing {
	readonly width: number;
	readonly height: number;
	readonly format = "rgb565le";
	readonly #background: number;
	readonly #shapes: Shape[] = [];

	/** Throws a RangeError if a size is not a positive integer, or if the background is not a color. */
	constructor({ width, height, background = 0xffffff }: DrawingOptions) {
		this.width = positive("width", width);
		this.height = positive("height", height);
		this.#background = rgb565(background);
	}

	/** Adds a filled rectangle; sizes are pixels. Throws a RangeError for an invalid number or color. */
	rectangle(x: number, y: number, width: number, height: number, color: Color): this {
		const left = rounded("x", x),
			top = rounded("y", y);
		this.#shapes.push(
			new Rectangle(left, top, left + rounded("width", width), top + rounded("height", height), rgb565(color)),
		);
		return this;
	}

	/**
	 * Adds a line that includes both of its ends; `thickness` is in pixels. Throws a RangeError for an invalid number
	 * or color.
	 */
	line(x0: number, y0: number, x1: number, y1: number, color: Color, thickness = 1): this {
		return this.polyline(
			[rounded("x0", x0), rounded("y0", y0), rounded("x1", x1), rounded("y1", y1)],
			color,
			thickness,
		);
	}

	/**
	 * Adds lines from point to point: x and y of the first, of the second and so on, in pixels. The points are not
	 * copied, so a typed array of them stays small. A point with NaN is a gap. Throws a RangeError for an invalid color
	 * or thickness.
	 */
	polyline(points: ArrayLike<number>, color: Color, thickness = 1): this {
		this.#shapes.push(new Polyline(points, rgb565(color), positive("thickness", thickness)));
		return this;
	}

	/**
	 * Adds a line of ASCII text with its top left corner at `x`, `y`. Characters are 5 by 7 pixels, times `scale`.
	 * Throws a RangeError for an invalid number or color.
	 */
	text(text: string, x: number, y: number, color: Color, scale = 1): this {
		this.#shapes.push(new Text(text, rounded("x", x), rounded("y", y), rgb565(color), positive("scale", scale)));
		return this;
	}

	/**
	 * Paints `lines` lines of the picture, from `top` on, with two bytes per pixel, the low byte first. Throws a
	 * RangeError if the buffer is too small.
	 */
	paint(buffer: ArrayBuffer, top = 0, lines = this.height - top): void {
		const strip = new Strip(buffer, this.width, top, lines);
		for (let y = top; y < strip.bottom; y++) strip.span(y, 0, this.width, this.#background);
		for (const shape of this.#shapes) shape.paint(strip);
	}
}

function rounded(name: string, value: number): number {
	if (!Number.isFinite(value)) throw new RangeError(`${name} is ${value}, not a number of pixels`);
	return Math.round(value);
}

function positive(name: string, value: number): number {
	if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} is ${value}, not a positive integer`);
	return value;
}
