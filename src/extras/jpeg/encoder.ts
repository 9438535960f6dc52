import { ByteOutput } from "./byte-output.ts";
import { ColorSampler } from "./color-sampler.ts";
import { Component, EntropyCoder } from "./entropy-coder.ts";
import { GraySampler } from "./gray-sampler.ts";
import { writeHeader, writeTrailer } from "./header.ts";
import { CHROMA_AC, CHROMA_DC, LUMA_AC, LUMA_DC } from "./huffman.ts";
import { codeMcu, newGathered, type Scan } from "./mcu.ts";
import { pixelBytes, type PixelFormat, type Pixels } from "./pixel-format.ts";
import { Quantization } from "./quantization.ts";

/** What a JPEG can be told. */
export interface JpegOptions {
	/** 1 to 100, as libjpeg scales the tables of T.81, Annex K; 75 unless told. */
	readonly quality?: number | undefined;
	/**
	 * "4:2:0" has a quarter of the colour samples: for photographs, whose files become a third smaller. Unless told
	 * "4:4:4", which keeps coloured lines and text sharp. Gray has no colour to subsample.
	 */
	readonly subsampling?: "4:4:4" | "4:2:0" | undefined;
	/**
	 * What the JPEG may take; more is a RangeError. 20,480 unless told: a heap that overflows ends the machine, and
	 * the board's has room for three times that, which are two in the making and the one before.
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

/**
 * Encodes a baseline JPEG (ITU-T T.81) from strips: lines of pixels from the top, eight at a time, or sixteen with 4:2:0.
 * A strip is all of the picture that needs to be in memory. Its buffer may be the same each time, or a part of a whole
 * picture.
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
	/** How many lines there are to a strip: all but the last one, which may have less. */
	readonly stripLines: 8 | 16;
	#line = 0;
	/** Where in the strip the next MCU begins. */
	#column = 0;
	#finished = false;
	readonly #pixelBytes: number;
	readonly #output: ByteOutput;
	readonly #scan: Scan;

	/** Throws a RangeError for what no JPEG can have. */
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
		if (subsampling !== "4:4:4" && subsampling !== "4:2:0")
			throw new RangeError(`the subsampling is ${subsampling}, not 4:4:4 or 4:2:0`);

		const coloured = format !== "grayscale";
		const chromaStep = coloured && subsampling === "4:2:0" ? 2 : 1;
		const forLuma = new Quantization("luma", quality),
			forChroma = coloured ? new Quantization("chroma", quality) : undefined;
		this.width = width;
		this.height = height;
		this.format = format;
		this.stripLines = chromaStep === 2 ? 16 : 8;
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
				gathered: chromaStep === 2 ? newGathered() : undefined,
			},
		};
		writeHeader(this.#output, {
			width,
			height,
			quantizations: forChroma ? [forLuma, forChroma] : [forLuma],
			chromaStep,
		});
	}

	/** The first line of the strip that comes next; `height` when all are encoded. */
	get line(): number {
		return this.#line;
	}

	/** Bytes of a whole strip. */
	get stripBytes(): number {
		return this.width * this.stripLines * this.#pixelBytes;
	}

	/**
	 * Encodes the strip that begins at `line`, or so many MCUs of it, which are squares of `stripLines` pixels a side.
	 * Returns whether the strip is done; otherwise call again with the same. Throws a RangeError where there are too few
	 * pixels, and where the JPEG becomes larger than `maxBytes`.
	 */
	encode(strip: Pixels, mcus = Infinity): boolean {
		const { width, stripLines } = this;
		const lines = Math.min(stripLines, this.height - this.#line);
		if (lines === 0) throw new Error("all lines of the picture are encoded");
		const needed = width * lines * this.#pixelBytes;
		if (strip.byteLength < needed)
			throw new RangeError(`a strip of ${width}x${lines} pixels takes ${needed} bytes, not ${strip.byteLength}`);
		this.#scan.sampler.open(strip, width);
		for (; mcus > 0 && this.#column < width; mcus--, this.#column += stripLines)
			codeMcu(this.#scan, this.#column, lines);
		if (this.#column < width) return false;
		this.#column = 0;
		this.#line += lines;
		return true;
	}

	/** The JPEG, once all strips are encoded. Throws a RangeError where it is larger than `maxBytes`. */
	finish(): ArrayBuffer {
		if (this.#finished) throw new Error("the JPEG is finished");
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
