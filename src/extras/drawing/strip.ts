/** Some or all lines of a picture. Anything painted outside it is ignored. */
export class Strip {
	readonly width: number;
	/** The first line, and the one after the last. */
	readonly top: number;
	readonly bottom: number;
	readonly #pixels: Uint16Array;

	constructor(buffer: ArrayBuffer, width: number, top: number, lines: number) {
		const bytes = 2 * width * lines;
		if (!(buffer.byteLength >= bytes))
			throw new RangeError(`${lines} lines of ${width} pixels take ${bytes} bytes, not ${buffer.byteLength}`);
		this.#pixels = new Uint16Array(buffer, 0, width * lines);
		this.width = width;
		this.top = top;
		this.bottom = top + lines;
	}

	/** Sets the pixels of line `y` from `left` up to, but not including, `right`. All are integers. */
	span(y: number, left: number, right: number, color: number): void {
		if (y < this.top || y >= this.bottom) return;
		if (left < 0) left = 0;
		if (right > this.width) right = this.width;
		if (left < right) {
			const line = (y - this.top) * this.width;
			this.#pixels.fill(color, line + left, line + right);
		}
	}
}

/** Something that can be painted any number of times: each time the part that a strip shows. */
export interface Shape {
	paint(strip: Strip): void;
}
