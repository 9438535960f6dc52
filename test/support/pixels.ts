import { createCanvas, loadImage } from "@napi-rs/canvas";

export type Color = readonly [red: number, green: number, blue: number];

/** A decoded picture, with the properties that a person would notice. */
export class Pixels {
	readonly width: number;
	readonly height: number;
	readonly #data: Uint8ClampedArray;

	private constructor(width: number, height: number, data: Uint8ClampedArray) {
		this.width = width;
		this.height = height;
		this.#data = data;
	}

	static async of(jpeg: Uint8Array): Promise<Pixels> {
		const image = await loadImage(Buffer.from(jpeg));
		const { width, height } = image;
		const context = createCanvas(width, height).getContext("2d");
		context.drawImage(image, 0, 0);
		return new Pixels(width, height, context.getImageData(0, 0, width, height).data);
	}

	/** Reads a Windows bitmap in esp32-camera's layout (conversions/to_bmp.c); throws for any other layout. */
	static ofBitmap(file: Buffer): Pixels {
		const width = file.readInt32LE(18),
			height = -file.readInt32LE(22);
		const stride = Math.ceil((3 * width) / 4) * 4,
			size = stride * height;
		const header = Buffer.alloc(54);
		header.write("BM", "latin1");
		header.writeUInt32LE(54 + size, 2);
		header.writeUInt32LE(54, 10);
		header.writeUInt32LE(40, 14);
		header.writeInt32LE(width, 18);
		header.writeInt32LE(-height, 22); // from the top
		header.writeUInt16LE(1, 26);
		header.writeUInt16LE(24, 28);
		header.writeUInt32LE(size, 34);
		header.writeUInt32LE(2835, 38);
		header.writeUInt32LE(2835, 42);
		if (!file.subarray(0, 54).equals(header) || file.length !== 54 + size)
			throw new Error(`a bitmap of ${file.length} bytes begins with ${file.toString("hex", 0, 54)}`);
		return Pixels.ofBgr(width, height, file.subarray(54), stride);
	}

	/** Reads raw pixels, blue first. */
	static ofBgr(width: number, height: number, bytes: Uint8Array, stride = 3 * width): Pixels {
		const data = new Uint8ClampedArray(4 * width * height);
		for (let y = 0; y < height; y += 1) {
			for (let x = 0; x < width; x += 1) {
				for (let channel = 0; channel < 3; channel += 1)
					data[4 * (y * width + x) + channel] = bytes[y * stride + 3 * x + 2 - channel]!;
			}
		}
		return new Pixels(width, height, data);
	}

	/** The mean color of a rectangle. Default: the whole picture. */
	color(left = 0, top = 0, width = this.width, height = this.height): Color {
		const sum: [number, number, number] = [0, 0, 0];
		for (let y = top; y < top + height; y += 1) {
			for (let x = left; x < left + width; x += 1) {
				const i = 4 * (y * this.width + x);
				for (const channel of [0, 1, 2] as const) sum[channel] += this.#data[i + channel];
			}
		}
		const count = width * height;
		return [sum[0] / count, sum[1] / count, sum[2] / count];
	}

	get brightness(): number {
		return mean(this.#luma());
	}

	/** The variance of brightness. */
	get contrast(): number {
		const luma = this.#luma();
		const middle = mean(luma);
		return mean(luma.map((y) => (y - middle) ** 2));
	}

	/** How far from gray the pixels are. */
	get chroma(): number {
		return mean(this.#map((r, g, b) => Math.max(r, g, b) - Math.min(r, g, b)));
	}

	/** How far neighbors differ: detail, and noise. */
	get roughness(): number {
		const luma = this.#luma();
		return mean(luma.slice(1).map((y, i) => Math.abs(y - luma[i])));
	}

	/**
	 * The mean difference, of 255, to another picture after `place` maps its pixels and `color` its colors, if given.
	 * Without `place`, the sizes must be the same.
	 */
	difference(
		other: Pixels,
		place: (x: number, y: number) => readonly [x: number, y: number] = (x, y) => [x, y],
		color: (level: number) => number = (level) => level,
	): number {
		let sum = 0;
		for (let y = 0; y < this.height; y += 1) {
			for (let x = 0; x < this.width; x += 1) {
				const [otherX, otherY] = place(x, y);
				const i = 4 * (y * this.width + x);
				const j = 4 * (otherY * other.width + otherX);
				for (let channel = 0; channel < 3; channel += 1)
					sum += Math.abs(this.#data[i + channel] - color(other.#data[j + channel]));
			}
		}
		return sum / (3 * this.width * this.height);
	}

	#luma(): Float64Array {
		return this.#map((r, g, b) => 0.299 * r + 0.587 * g + 0.114 * b);
	}

	#map(value: (red: number, green: number, blue: number) => number): Float64Array {
		return Float64Array.from({ length: this.width * this.height }, (_, i) =>
			value(this.#data[4 * i], this.#data[4 * i + 1], this.#data[4 * i + 2]),
		);
	}
}

function mean(values: Float64Array): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}
