/** A color such as 0xff8000: red, green, blue. */
export type Color = number;

/** Converts a color to 16 bits: five of red, six of green, five of blue. Throws a RangeError for an invalid color. */
export function rgb565(colour: Color): number {
	if (!Number.isInteger(colour) || colour < 0 || colour > 0xffffff)
		throw new RangeError(`the color is ${colour}, not an integer from 0x000000 to 0xffffff`);
	return ((colour >> 8) & 0xf800) | ((colour >> 5) & 0x07e0) | ((colour >> 3) & 0x001f);
}
