import { ByteOutput } from "./byte-output.ts";
import { ColorSampler } from "./color-sampler.ts";
import { Component, EntropyCoder } from "./entropy-coder.ts";
import { GraySampler } from "./gray-sampler.ts";
import { writeHeader, writeTrailer } from "./header.ts";
import { CHROMA_AC, CHROMA_DC, LUMA_AC, LUMA_DC } from "./huffman.ts";
import { codeMcu, newGathered, type Scan } from "./mcu.ts";
import { pixelBytes, type PixelFormat, type Pixels } from "./pixel-format.ts";
import { Quantization } from "./quantization.ts";

export type Subsampling = "4:4:4" | "4:2:2" | "4:2:0";

/** Options of a JPEG. */
export interface JpegOptions {
	/** 1 to 100, as libjpeg scales the tables of T.81, Annex K. Default: 75. */
	readonly quality?: number | undefined;
	/**
	 * "4:2:0" has a quarter of the color samples; it suits photographs, whose files become a third smaller. "4:2:2" has
	 * half of them, as the cameras' sensors have. Default: "4:4:4", which keeps colored lines and text sharp. Gray has no
	 * color to subsample.
	 */
	readonly subsampling?: Subsampling | undefined;
	/**
	 * Maximum size of the JPEG in bytes; a larger one throws a RangeError. Default: 20,480. A heap that overflows ends
	 * the machine, and the board's has room for three times that: two being made and the previous one.
	 */
	readonly maxBytes?: number | undefined;
}

export interface EncoderOptions extends JpegOptions {
	/** Pixels, 1 to 65,535. */
	readonly width: number;
	readonly height: number;
	readonly format: PixelFormat;
}

const DEFAULT_QUALITY = 75,
	DEFAULT_MAX_BYTES = 20_480;
const MAX_SIDE = 65_535;

/** The sampling factors of luma (T.81, B.2.2), in hexadecimal digits: columns and rows of blocks in an MCU. */
const SAMPLING: Readonly<Record<string, number>> = Object.freeze({ "4:4:4": 0x11, "4:2:2": 0x21, "4:2:0": 0x22 });

/**
 * Encodes a baseline JPEG (ITU-T T.81) from strips: lines of pixels from the top, eight at a time, or sixteen with
 * 4:2:0. Only one strip of the picture needs to be in memory. Its buffer may be the same each time, or a part of a
 * whole picture.
 *
 * ```ts
 * const encoder = new JpegEncoder({ width: 320, height: 240, format: "rgb565le" });
 * const strip = new Uint16Array(320 * encoder.stripLines);
 * while (encoder.line < encoder.height) {
 * 	paint(strip, encoder.line);
 * 	encoder.encode(strip);
 * }
 * const jpeg = encoder.finish();
 * ```
 */
export class JpegEncoder {
	/** Pixels. */
	readonly width: number;
	readonly height: number;
	readonly format: PixelFormat;
	/** Lines of a strip. The last strip may have fewer. */
	readonly stripLines: 8 | 16;
	#line = 0;
	/** Column of the strip at which the next MCU begins, in pixels. */
	#column = 0;
	#finished = false;
	readonly #mcuColumns: number;
	readonly #pixelBytes: number;
	readonly #output: ByteOutput;
	readonly #scan: Scan;

	/** Throws a RangeError for an option that is out of range. */
	constructor({
		width,
		height,
		format,
		quality = DEFAULT_QUALITY,
		subsampling = "4:4:4",
		maxBytes = DEFAULT_MAX_BYTES,
	}: EncoderOptions) {
		const bytes = pixelBytes(format);
		if (bytes === undefined)
			throw new RangeError(`the pixel format is ${format}, not rgb565le, rgb565be, rgb888 or grayscale`);
		checkInteger("width", width, 1, MAX_SIDE);
		checkInteger("height", height, 1, MAX_SIDE);
		checkInteger("quality", quality, 1, 100);
		checkInteger("maxBytes", maxBytes, 1, 0x7fffffff);
		if (!Object.hasOwn(SAMPLING, subsampling))
			throw new RangeError(`the subsampling is ${subsampling}, not 4:4:4, 4:2:2 or 4:2:0`);

		const colored = format !== "grayscale";
		const sampling = colored ? SAMPLING[subsampling] : 0x11,
			columns = sampling >> 4,
			rows = (sampling & 15) as 1 | 2;
		const forLuma = new Quantization("luma", quality),
			forChroma = colored ? new Quantization("chroma", quality) : undefined;
		this.width = width;
		this.height = height;
		this.format = format;
		this.stripLines = rows === 2 ? 16 : 8;
		this.#mcuColumns = 8 * columns;
		this.#pixelBytes = bytes;
		this.#output = new ByteOutput(maxBytes);
		this.#scan = {
			width,
			sampler: format === "grayscale" ? new GraySampler() : new ColorSampler(format),
			coder: new EntropyCoder(this.#output),
			luma: new Component(forLuma, LUMA_DC, LUMA_AC),
			chroma: forChroma && {
				blue: new Component(forChroma, CHROMA_DC, CHROMA_AC),
				red: new Component(forChroma, CHROMA_DC, CHROMA_AC),
				gathered: columns === 2 ? newGathered(rows) : undefined,
			},
		};
		writeHeader(this.#output, {
			width,
			height,
			quantizations: forChroma ? [forLuma, forChroma] : [forLuma],
			sampling,
		});
	}

	/** First line of the next strip; `height` when all lines are encoded. */
	get line(): number {
		return this.#line;
	}

	/** Bytes of a complete strip. */
	get stripBytes(): number {
		return this.width * this.stripLines * this.#pixelBytes;
	}

	/** Pixels of an MCU. */
	get mcuPixels(): number {
		return this.#mcuColumns * this.stripLines;
	}

	/**
	 * Encodes the strip that begins at `line`, or `mcus` MCUs of it, which are as high as the strip. Returns whether the strip is done; if not, call again with the same strip. Throws a RangeError if the
	 * strip is too small or the JPEG exceeds `maxBytes`, and an Error if all lines are encoded already.
	 */
	encode(strip: Pixels, mcus = Infinity): boolean {
		const { width, stripLines } = this;
		const lines = Math.min(stripLines, this.height - this.#line);
		if (lines === 0) throw new Error("all lines of the picture are encoded");
		const needed = width * lines * this.#pixelBytes;
		if (strip.byteLength < needed)
			throw new RangeError(`a strip of ${width}x${lines} pixels takes ${needed} bytes, not ${strip.byteLength}`);
		this.#scan.sampler.open(strip, width);
		for (; mcus > 0 && this.#column < width; mcus--, this.#column += this.#mcuColumns)
			codeMcu(this.#scan, this.#column, lines);
		if (this.#column < width) return false;
		this.#column = 0;
		this.#line += lines;
		return true;
	}

	/**
	 * Returns the JPEG. Throws a RangeError if it exceeds `maxBytes`, and an Error if lines are missing or it was
	 * called before.
	 */
	finish(): ArrayBuffer {
		if (this.#finished) throw new Error("the JPEG is already finished");
		if (this.#line < this.height) throw new Error(`only ${this.#line} of ${this.height} lines are encoded`);
		this.#finished = true;
		this.#scan.coder.finish();
		writeTrailer(this.#output);
		return this.#output.join();
	}
}

function checkInteger(name: string, value: number, least: number, most: number): void {
	if (!Number.isInteger(value) || value < least || value > most)
		throw new RangeError(`${name} is ${value}, not an integer from ${least} to ${most}`);
}
