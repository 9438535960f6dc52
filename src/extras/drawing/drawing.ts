import { type Color, rgb565 } from "./color.ts";
import { Polyline } from "./polyline.ts";
import { Rectangle } from "./rectangle.ts";
import { type Shape, Strip } from "./strip.ts";
import { Text } from "./text.ts";

export interface DrawingOptions {
	/** Pixels. */
	readonly width: number;
	readonly height: number;
	/** White unless told. */
	readonly background?: Color | undefined;
}

/**
 * A list of what is to be seen, which is painted only when a picture is made of it, and then a strip at a time: a chart
 * takes memory for its lines and texts, and for a few lines of pixels. What is added later lies on top.
 *
 * ```ts
 * const chart = new Drawing({ width: 320, height: 240 })
 * 	.polyline([40, 10, 40, 220, 310, 220], 0x808080)
 * 	.polyline(temperatures, 0xff0000, 2)
 * 	.text("21.5", 4, 10, 0x000000);
 * const jpeg = await encodeJpeg(chart);
 * ```
 *
 * Coordinates are pixels from the top left corner, and are rounded; what is outside of the picture is not seen.
 * Everything that takes a number takes no NaN, and says so with a RangeError, but for the points of a polyline.
 */
export class Drawing {
	readonly width: number;
	readonly height: number;
	readonly format = "rgb565le";
	readonly #background: number;
	readonly #shapes: Shape[] = [];

	constructor({ width, height, background = 0xffffff }: DrawingOptions) {
		this.width = positive("width", width);
		this.height = positive("height", height);
		this.#background = rgb565(background);
	}

	/** A filled rectangle. */
	rectangle(x: number, y: number, width: number, height: number, colour: Color): this {
		const left = rounded("x", x),
			top = rounded("y", y);
		this.#shapes.push(
			new Rectangle(left, top, left + rounded("width", width), top + rounded("height", height), rgb565(colour)),
		);
		return this;
	}

	/** A line, both of its ends included. */
	line(x0: number, y0: number, x1: number, y1: number, colour: Color, thickness = 1): this {
		return this.polyline(
			[rounded("x0", x0), rounded("y0", y0), rounded("x1", x1), rounded("y1", y1)],
			colour,
			thickness,
		);
	}

	/**
	 * Lines from point to point: x and y of the first, of the second and so on. The points are not copied, so that a
	 * typed array of them stays small. A point with NaN is a gap.
	 */
	polyline(points: ArrayLike<number>, colour: Color, thickness = 1): this {
		this.#shapes.push(new Polyline(points, rgb565(colour), positive("thickness", thickness)));
		return this;
	}

	/** A line of text, of ASCII; its characters are 5 by 7 pixels, times `scale`. */
	text(text: string, x: number, y: number, colour: Color, scale = 1): this {
		this.#shapes.push(new Text(text, rounded("x", x), rounded("y", y), rgb565(colour), positive("scale", scale)));
		return this;
	}

	/** Paints so many lines of the picture, the first of which is `top`, two bytes a pixel: the low one first. */
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
