import type { ByteOutput } from "./byte-output.ts";
import { CHROMA_AC, CHROMA_DC, hexByte, type HuffmanTable, LUMA_AC, LUMA_DC } from "./huffman.ts";
import type { Quantization } from "./quantization.ts";

/** Markers (T.81, table B.1). */
const SOI = 0xd8,
	APP0 = 0xe0,
	DQT = 0xdb,
	SOF0 = 0xc0,
	DHT = 0xc4,
	SOS = 0xda,
	EOI = 0xd9;

export interface Picture {
	/** Pixels. */
	readonly width: number;
	readonly height: number;
	/** One for luma; or two, for luma and chroma. */
	readonly quantizations: readonly Quantization[];
	/** The sampling factors of luma (T.81, B.2.2): 0x11 for 4:4:4, 0x21 for 4:2:2, 0x22 for 4:2:0. */
	readonly sampling: number;
}

/** Writes everything before a picture's scan: a JFIF file (JFIF 1.02) with one baseline frame. */
export function writeHeader(output: ByteOutput, { width, height, quantizations, sampling }: Picture): void {
	const components = quantizations.length > 1 ? 3 : 1;
	output.reserve(2);
	put(output, 0xff, SOI);
	segment(output, APP0, 14);
	// "JFIF", version 1.02, square pixels, no thumbnail.
	put(output, 0x4a, 0x46, 0x49, 0x46, 0x00, 1, 2, 0, 0, 1, 0, 1, 0, 0);
	for (let id = 0; id < quantizations.length; id++) {
		segment(output, DQT, 65);
		put(output, id);
		for (const step of quantizations[id].steps) put(output, step);
	}
	segment(output, SOF0, 6 + 3 * components);
	put(output, 8, height >> 8, height & 0xff, width >> 8, width & 0xff, components);
	for (let id = 1; id <= components; id++) put(output, id, id === 1 ? sampling : 0x11, id === 1 ? 0 : 1);
	huffmanSegment(output, 0x00, LUMA_DC);
	huffmanSegment(output, 0x10, LUMA_AC);
	if (components > 1) {
		huffmanSegment(output, 0x01, CHROMA_DC);
		huffmanSegment(output, 0x11, CHROMA_AC);
	}
	segment(output, SOS, 4 + 2 * components);
	put(output, components);
	for (let id = 1; id <= components; id++) put(output, id, id === 1 ? 0x00 : 0x11);
	put(output, 0, 63, 0); // all coefficients in one scan
}

export function writeTrailer(output: ByteOutput): void {
	output.reserve(2);
	put(output, 0xff, EOI);
}

/** Writes a marker, and the length of what follows it. */
function segment(output: ByteOutput, marker: number, length: number): void {
	output.reserve(4 + length);
	put(output, 0xff, marker, (length + 2) >> 8, (length + 2) & 0xff);
}

function huffmanSegment(output: ByteOutput, id: number, { specification }: HuffmanTable): void {
	const length = specification.length / 2;
	segment(output, DHT, 1 + length);
	put(output, id);
	for (let index = 0; index < length; index++) put(output, hexByte(specification, index));
}

/** Writes bytes; room was reserved before. */
function put(output: ByteOutput, ...bytes: readonly number[]): void {
	for (const byte of bytes) output.bytes[output.at++] = byte;
}
