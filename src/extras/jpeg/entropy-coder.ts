import type { ByteOutput } from "./byte-output.ts";
import { forwardDct } from "./dct.ts";
import type { HuffmanTable } from "./huffman.ts";
import type { Quantization } from "./quantization.ts";
import { ZIGZAG } from "./zigzag.ts";

/** More than any block can take: 64 times a code of 16 bits and a value of 11, each byte followed by a stuffed 0. */
const MAX_BLOCK_BYTES = (2 * 64 * 27) / 8;

const END_OF_BLOCK = 0x00;
/** Sixteen coefficients of 0. */
const ZERO_RUN = 0xf0;

/** What the blocks of a component are coded with. */
export class Component {
	readonly quantization: Quantization;
	readonly dc: readonly number[];
	readonly ac: readonly number[];
	/** DC coefficient of the component's last block; the next one is coded as a difference to it. */
	prediction = 0;

	constructor(quantization: Quantization, dc: HuffmanTable, ac: HuffmanTable) {
		this.quantization = quantization;
		this.dc = dc.codes;
		this.ac = ac.codes;
	}
}

/** Turns blocks of samples into the bits of a scan (T.81, F.1.2). */
export class EntropyCoder {
	readonly #output: ByteOutput;
	/** Bits that do not fill a byte yet: the lowest `#pending` of these. */
	#bits = 0;
	#pending = 0;

	constructor(output: ByteOutput) {
		this.#output = output;
	}

	/**
	 * Codes a block and overwrites it. If the block does not vary, only its first sample is read.
	 *
	 * All of it is one function, because a call costs XS as much as ten operations.
	 */
	block(block: number[], component: Component, varies: boolean): void {
		const output = this.#output,
			order = ZIGZAG,
			ac = component.ac,
			quantization = component.quantization;
		const divisors = quantization.divisors,
			limits = quantization.limits,
			leastLimit = quantization.leastLimit,
			minusLeast = -leastLimit;
		output.reserve(MAX_BLOCK_BYTES);
		const bytes = output.bytes;
		let at = output.at,
			bits = this.#bits,
			pending = this.#pending;
		let k = 0,
			next = 1,
			run = 0,
			value = 0,
			magnitude = 0,
			size = 0,
			word = 0,
			length = 0;

		if (varies) forwardDct(block);
		else {
			block[0] <<= 6;
			k = 63;
		}
		value = block[0];
		magnitude = ((value < 0 ? value - limits[0] : value + limits[0]) / divisors[0]) | 0;
		value = magnitude - component.prediction;
		component.prediction = magnitude;
		magnitude = value < 0 ? -value : value;
		size = magnitude < 2 ? magnitude : magnitude < 4 ? 2 : magnitude < 8 ? 3 : bitSize(magnitude);
		word = component.dc[size];

		for (;;) {
			// A code, and the value after it.
			length = (word & 31) + size;
			word = ((word >> 5) << size) | (value < 0 ? value + (1 << size) - 1 : value);
			if (length > 24) {
				// Up to seven bits are pending, and there are 32 in all.
				length -= 8;
				bits = (bits << 8) | (word >> length);
				at = putByte(bytes, at, (bits >> pending) & 0xff);
				word &= (1 << length) - 1;
			}
			bits = (bits << length) | word;
			pending += length;
			while (pending > 7) {
				pending -= 8;
				bytes[at++] = word = (bits >> pending) & 0xff;
				if (word === 0xff) bytes[at++] = 0;
			}

			while (++k < 64) {
				value = block[order[k]];
				if ((value >= leastLimit || value <= minusLeast) && (value >= limits[k] || value <= -limits[k])) break;
			}
			if (k < 64) {
				run = k - next;
				if (run < 16) {
					value = ((value < 0 ? value - limits[k] : value + limits[k]) / divisors[k]) | 0;
					magnitude = value < 0 ? -value : value;
					size = magnitude < 2 ? magnitude : magnitude < 4 ? 2 : magnitude < 8 ? 3 : bitSize(magnitude);
					word = ac[(run << 4) | size];
					next = k + 1;
				} else {
					word = ac[ZERO_RUN];
					value = size = 0;
					next += 16;
					k--; // so that the same coefficient is next again
				}
			} else if (next < 64) {
				word = ac[END_OF_BLOCK];
				value = size = 0;
				next = 64;
			} else break;
		}
		output.at = at;
		this.#bits = bits;
		this.#pending = pending;
	}

	/** Fills the last byte with ones (T.81, F.1.2.3). */
	finish(): void {
		const output = this.#output;
		output.reserve(2);
		if (!this.#pending) return;
		const byte = ((this.#bits << (8 - this.#pending)) | (0xff >> this.#pending)) & 0xff;
		output.at = putByte(output.bytes, output.at, byte);
		this.#pending = 0;
	}
}

/** Returns how many bits a value takes (T.81, tables F.1 and F.2). */
function bitSize(magnitude: number): number {
	let size = 0;
	for (; magnitude; magnitude >>= 1) size++;
	return size;
}

/** Writes a byte, and a 0 after one that would begin a marker (T.81, F.1.2.3). Returns the index of the next byte. */
function putByte(bytes: Uint8Array, at: number, byte: number): number {
	bytes[at++] = byte;
	if (byte === 0xff) bytes[at++] = 0;
	return at;
}
