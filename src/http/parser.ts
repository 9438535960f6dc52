import { ascii } from "./bytes.ts";
import { Fields } from "./fields.ts";
import { type Head, interpretHead } from "./head.ts";
import type { Limits } from "./limits.ts";

/** The verdicts of `parse`; every other one is the status to refuse the request with. */
export const MORE = 0;
export const DONE = 1;

const HTAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SP = 0x20;
const HASH = 0x23;
const COLON = 0x3a;
const DEL = 0x7f;

// What the next byte belongs to.
const BEGIN = 0;
const BEGIN_LF = 1;
const METHOD = 2;
const TARGET = 3;
const VERSION = 4;
const REQUEST_LF = 5;
const LINE = 6;
const NAME = 7;
const VALUE = 8;
const VALUE_LF = 9;
const END_LF = 10;

const PROTOCOL = "HTTP/";
const VERSION_LENGTH = 8;

/**
 * Reads one request's head (RFC 9112, 3 and 5), or a trailer section. It looks at each byte once, in
 * place, and remembers only positions; strings are made when the head is whole. So a verdict depends
 * on the bytes alone and not on how they were split, and nothing is allocated by what a peer claims.
 *
 * Where the RFC lets a recipient choose between tolerance and refusal, this one refuses: each
 * tolerance is one more way for two parties to read one message differently (request smuggling).
 * - Lines end in CRLF. RFC 9112, 2.2 allows for a bare LF; a bare CR is never valid.
 * - Exactly one space separates the parts of the request line (RFC 9112, 3).
 * - No white space before a field's colon, none at a line's start (obs-fold): RFC 9112, 5.1 and 5.2.
 * - No control characters in field values but HTAB (RFC 9110, 5.5 allows to replace them).
 * The one tolerance that is left: empty lines before the request line (RFC 9112, 2.2).
 */
export class Parser {
	readonly #limits: Limits;
	#state: number;
	#at = 0;
	#begin = 0;
	#methodEnd = 0;
	#targetEnd = 0;
	#lines = 0;
	#count = 0;
	#head: Head | undefined;

	/** @param part The trailer section is a head without a request line. */
	constructor(limits: Limits, part: "head" | "trailers" = "head") {
		this.#limits = limits;
		this.#state = part === "head" ? BEGIN : LINE;
	}

	/** Whether a request has begun. Empty lines do not begin one. */
	get started(): boolean {
		return this.#state > BEGIN_LF;
	}

	/** How many bytes the head took, once it is DONE. */
	get length(): number {
		return this.#at;
	}

	/** The request's head, once it is DONE. */
	get head(): Head {
		return this.#head!;
	}

	/**
	 * @param bytes What was there at the last call, and whatever has arrived since.
	 * @returns MORE, DONE or a status. After a status there is nothing more to parse.
	 */
	parse(bytes: Uint8Array): number {
		const { head: headLimit, target: targetLimit, method: methodLimit, fields: fieldLimit } = this.#limits;
		const end = Math.min(bytes.length, headLimit);
		let state = this.#state;
		for (let at = this.#at; at < end; at++) {
			const byte = bytes[at];
			switch (state) {
				case BEGIN:
					this.#begin = at;
					if (isTokenByte(byte))
						state = METHOD;
					else if (byte === CR)
						state = BEGIN_LF;
					else
						return 400;
					break;

				case BEGIN_LF:
					if (byte !== LF)
						return 400;
					state = BEGIN;
					break;

				case METHOD:
					if (byte === SP) {
						this.#methodEnd = at;
						state = TARGET;
					}
					else if (!isTokenByte(byte))
						return 400;
					else if (at - this.#begin >= methodLimit)
						return 501;
					break;

				case TARGET: {
					// Any visible character but "#": browsers send {, | and } in a query as they are, but no
					// client sends a fragment.
					const start = this.#methodEnd + 1;
					while (at < end && isTargetByte(bytes[at]) && at - start < targetLimit)
						at++;
					if (at === end) {
						at--;
						break;
					}
					if (isTargetByte(bytes[at]))
						return 414;
					if (bytes[at] !== SP || at === start)
						return 400;
					this.#targetEnd = at;
					state = VERSION;
					break;
				}

				case VERSION: {
					const position = at - this.#targetEnd - 1;
					if (position < VERSION_LENGTH) {
						if (!isVersionByte(byte, position))
							return 400;
					}
					else if (byte === CR)
						state = REQUEST_LF;
					else
						return 400;
					break;
				}

				case REQUEST_LF:
					if (byte !== LF)
						return 400;
					if (bytes[this.#targetEnd + 1 + PROTOCOL.length] !== 0x31)
						return 505;
					this.#lines = at + 1;
					state = LINE;
					break;

				case LINE:
					if (byte === CR)
						state = END_LF;
					else if (!isTokenByte(byte))
						return 400;
					else if (++this.#count > fieldLimit)
						return 431;
					else
						state = NAME;
					break;

				case NAME:
					if (byte === COLON)
						state = VALUE;
					else if (!isTokenByte(byte))
						return 400;
					break;

				case VALUE:
					while (at < end && isValueByte(bytes[at]))
						at++;
					if (at === end) {
						at--;
						break;
					}
					if (bytes[at] !== CR)
						return 400;
					state = VALUE_LF;
					break;

				case VALUE_LF:
					if (byte !== LF)
						return 400;
					state = LINE;
					break;

				case END_LF:
					if (byte !== LF)
						return 400;
					this.#at = at + 1;
					return this.#finish(bytes);
			}
		}
		this.#at = end;
		this.#state = state;
		return end === headLimit ? 431 : MORE;
	}

	#finish(bytes: Uint8Array): number {
		if (this.#targetEnd === 0)
			return DONE; // a trailer section has no request line, and nobody uses what it says
		const head = interpretHead(
			ascii(bytes.subarray(this.#begin, this.#methodEnd)),
			ascii(bytes.subarray(this.#methodEnd + 1, this.#targetEnd)),
			// A higher minor version is spoken to in the highest we know: RFC 9110, 2.5.
			bytes[this.#targetEnd + VERSION_LENGTH] === 0x30 ? "1.0" : "1.1",
			new Fields(bytes.subarray(this.#lines, this.#at - 2)),
			this.#limits,
		);
		if (typeof head === "number")
			return head;
		this.#head = head;
		return DONE;
	}
}

/** The characters of a token (RFC 9110, 5.6.2) among each 32 of ASCII, one bit each. */
const TOKEN = Object.freeze([0, 0x03ff6cfa, 0xc7fffffe, 0x57ffffff]);

export function isTokenByte(byte: number): boolean {
	return byte < DEL && ((TOKEN[byte >> 5] >>> (byte & 31)) & 1) === 1;
}

function isTargetByte(byte: number): boolean {
	return byte > SP && byte < DEL && byte !== HASH;
}

function isValueByte(byte: number): boolean {
	return byte >= SP ? byte !== DEL : byte === HTAB;
}

/** The grammar of HTTP-version: "HTTP/" DIGIT "." DIGIT. */
function isVersionByte(byte: number, position: number): boolean {
	if (position < PROTOCOL.length)
		return byte === PROTOCOL.charCodeAt(position);
	if (position === PROTOCOL.length + 1)
		return byte === 0x2e;
	return byte >= 0x30 && byte <= 0x39;
}
