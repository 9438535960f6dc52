/** A color such as 0xff8000: red, green, blue. */
export type Color = number;

/** Converts a color to 16 bits: five of red, six of green, five of blue. Throws a RangeError for an invalid color. */
export function rgb565(color: Color): number {
	if (!Number.isInteger(color) || color < 0 || color > 0xffffff)
		throw new RangeError(`the color is ${color}, not an integer from 0x000000 to 0xffffff`);
	return ((color >> 8) & 0xf800) | ((color >> 5) & 0x07e0) | ((color >> 3) & 0x001f);
}
