import { isBlank } from "./ascii.ts";
import { hexDigit } from "./bytes.ts";
import { ChunkExtension } from "./chunk-extension.ts";
import { type FieldLimits, FieldSection, MORE } from "./field-section.ts";
import type { Input } from "../engine/input.ts";

/** The verdict of `next` if `size` bytes of content follow. Its other verdicts are those of the parser. */
export const CHUNK = 2;

const LF = 0x0a;
const CR = 0x0d;
const SEMICOLON = 0x3b;

// What the next byte belongs to.
const SIZE = 0;
const EXTENSION = 1;
const SIZE_LF = 2;
const DATA_CR = 3;
const DATA_LF = 4;
const TRAILERS = 5;

const SIZE_REASON = "a chunk must begin with a size of one to eight hexadecimal digits, in a line that ends in CRLF";
const DATA_REASON = "a chunk must end in CRLF after as many bytes as its size says";

/** Why content is refused whose next byte is wrong. */
const REASONS: readonly string[] = Object.freeze([
	SIZE_REASON,
	"a chunk extension is malformed or too long",
	SIZE_REASON,
	DATA_REASON,
	DATA_REASON,
	"a trailer field is malformed, or a line does not end in CRLF",
]);

/** Most digits of a size: four billion is enough for any limit, and exact. */
const SIZE_DIGITS = 8;

/**
 * Removes the chunked coding (RFC 9112, 7.1) around the content. It is as strict as the parser: CRLF only, a size of at
 * most eight hex digits, extensions as well-formed as trailers, and trailers as well-formed as a head.
 *
 * Extensions and trailers mean nothing here and are discarded, but count against the limit of a head: a megabyte of
 * extensions for each byte of content is an old way to keep a server busy.
 */
export class ChunkedDecoder {
	readonly #limits: FieldLimits;
	#state = SIZE;
	#digits = 0;
	#ignored = 0;
	#extension: ChunkExtension | undefined;
	#trailers: FieldSection | undefined;

	/** Bytes of the chunk at the input's start, after CHUNK. The caller consumes them before it calls again. */
	size = 0;

	constructor(limits: FieldLimits) {
		this.#limits = limits;
	}

	/** Why it is refused, for the client, after the status 400. */
	get reason(): string {
		return REASONS[this.#state];
	}

	/** Consumes framing from the input. Returns CHUNK, MORE, DONE or a status. */
	next(input: Input): number {
		if (this.#state === TRAILERS) return this.readTrailers(input);
		const { bytes } = input;
		for (let at = 0; at < bytes.length; at++) {
			const byte = bytes[at];
			switch (this.#state) {
				case SIZE: {
					const digit = hexDigit(byte);
					if (digit >= 0) {
						if (++this.#digits > SIZE_DIGITS) return 400;
						this.size = this.size * 16 + digit;
					} else if (this.#digits === 0) return 400;
					else if (byte === CR) this.#state = SIZE_LF;
					else if (byte === SEMICOLON || isBlank(byte)) {
						this.#state = EXTENSION;
						this.#extension = new ChunkExtension();
						this.#extension.take(byte);
					} else return 400;
					break;
				}

				case EXTENSION:
					if (byte === CR && this.#extension!.complete) this.#state = SIZE_LF;
					else if (!this.#extension!.take(byte) || ++this.#ignored > this.#limits.head) return 400;
					break;

				case SIZE_LF:
					if (byte !== LF) return 400;
					input.consume(at + 1);
					this.#digits = 0;
					if (this.size === 0) {
						this.#state = TRAILERS;
						return this.readTrailers(input);
					}
					this.#state = DATA_CR;
					return CHUNK;

				case DATA_CR:
					if (byte !== CR) return 400;
					this.#state = DATA_LF;
					break;

				case DATA_LF:
					if (byte !== LF) return 400;
					this.size = 0;
					this.#state = SIZE;
					break;
			}
		}
		input.consume(bytes.length);
		return MORE;
	}

	private readTrailers(input: Input): number {
		const section = (this.#trailers ??= new FieldSection(this.#limits));
		const verdict = section.parse(input.bytes);
		if (verdict !== MORE) input.consume(section.end);
		return verdict;
	}
}
