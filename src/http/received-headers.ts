import { HttpError } from "./http-error.ts";
import { lowerCaseOf } from "./syntax/ascii.ts";
import { ascii } from "./syntax/bytes.ts";
import { freezeGenerator } from "./syntax/frozen-generator.ts";
import { fieldText, findField, lowerCase, SKIPPED, textOf } from "./syntax/scan.ts";

const NOTHING: Uint8Array = new Uint8Array(0);
const NO_LINES: Uint16Array = new Uint16Array(0);
const COLON = 0x3a;
const CR = 0x0d;
const LF = 0x0a;
const FORGOTTEN = -1;

/** Bytes of the longest values that `shrink` leaves, tried one after the other. */
const SHORTER = Object.freeze([256, 64, 16, 0]);

/**
 * The header fields of a request, read from the bytes of its head on demand. A browser sends fifteen fields, of which
 * the server reads four. As strings they would cost more heap than the request. The parser has validated every line, so
 * nothing is checked again here.
 *
 * Long values may have been skipped, those of cookies for example. To read one throws an HttpError 431, and so does any field
 * after `clear`.
 */
export class ReceivedHeaders implements Iterable<[name: string, value: string]> {
	#bytes: Uint8Array;
	/** Where each line begins. Finding the ends of lines takes XS longer than anything else here. */
	#lines: Uint16Array;
	/** The number of lines; FORGOTTEN after `clear`. */
	#count: number;

	/**
	 * @param bytes Whole field lines, each with its CRLF.
	 * @param lines Where each line begins; there may be more entries than `count`.
	 */
	constructor(bytes: Uint8Array, lines: Uint16Array, count: number) {
		this.#bytes = bytes;
		this.#lines = lines;
		this.#count = count;
	}

	/** Bytes of memory that it holds: the buffer that the head arrived in, and the list of its lines. */
	get byteLength(): number {
		return this.#bytes.buffer.byteLength + this.#lines.byteLength;
	}

	/** Reports whether there is a field of that name, in any case. */
	has(name: string): boolean {
		return this.find(name) >= 0;
	}

	/**
	 * Returns the field's value, or undefined if there is none. Joins the values of repeated field lines by ", " (RFC
	 * 9110, 5.3).
	 */
	get(name: string): string | undefined {
		const text = fieldText(this.#bytes, this.#lines.buffer, this.#count, name);
		if (!text && (text === null || this.#count === FORGOTTEN)) throw tooLong(name);
		return text;
	}

	/**
	 * Returns the value of a field that must not be repeated. Returns "" if it has more than `most` bytes, was skipped or
	 * forgotten, or is repeated, and undefined if there is none. As text, a long value costs more than the rest of a request.
	 */
	getShort(name: string, most: number): string | undefined {
		const line = this.find(name);
		if (line < 0) return this.#count === FORGOTTEN ? "" : undefined;
		const start = this.valueOf(line);
		const unusable =
			this.endOf(line) - start > most || this.#bytes[start] === SKIPPED || this.find(name, line + 1) >= 0;
		return unusable ? "" : this.value(line);
	}

	/** Returns one value for each field line of that name. */
	getAll(name: string): string[] {
		if (this.#count === FORGOTTEN) throw tooLong(name);
		const values: string[] = [];
		for (let line = this.find(name); line >= 0; line = this.find(name, line + 1)) values.push(this.value(line));
		return values;
	}

	/** Iterates over the field lines in the order sent, with names in lower case. Throws an HttpError 431 at a skipped value. */
	*[Symbol.iterator](): Generator<[name: string, value: string], void, undefined> {
		for (let line = 0; line < this.#count; line++) {
			const start = this.#lines[line],
				colon = this.#bytes.indexOf(COLON, start);
			yield [lowerCaseOf(this.#bytes.subarray(start, colon)), this.value(line)];
		}
	}

	/**
	 * Moves the field lines to a buffer of their own, and skips the longest values, so that `byteLength` is at most `most`. Does
	 * nothing if it is already. Throws an HttpError 431 if the names alone take more.
	 */
	shrink(most: number): void {
		if (this.byteLength <= most) return;
		const room = most - Uint16Array.BYTES_PER_ELEMENT * this.#count;
		let length = this.#bytes.length,
			longest = length;
		for (let at = 0; length > room; at++) {
			if (at === SHORTER.length) throw new HttpError(431);
			longest = SHORTER[at];
			length = this.lengthUpTo(longest);
		}
		this.copyUpTo(longest, new Uint8Array(length));
	}

	/** Forgets all fields, and releases their memory. */
	clear(): void {
		this.#bytes = NOTHING;
		this.#lines = NO_LINES;
		this.#count = FORGOTTEN;
	}

	/** Returns the length of the field lines if values of more than `longest` bytes are skipped. */
	private lengthUpTo(longest: number): number {
		let length = 0;
		for (let line = 0; line < this.#count; line++) {
			const start = this.#lines[line],
				value = this.#bytes.indexOf(COLON, start) + 1,
				end = this.endOf(line);
			length += (end - value > longest ? value + 1 : end) - start + 2;
		}
		return length;
	}

	private copyUpTo(longest: number, copy: Uint8Array): void {
		const lines = new Uint16Array(this.#count);
		let to = 0;
		for (let line = 0; line < this.#count; line++) {
			const start = this.#lines[line],
				value = this.#bytes.indexOf(COLON, start) + 1,
				end = this.endOf(line);
			const skipped = end - value > longest;
			copy.set(this.#bytes.subarray(start, skipped ? value : end), to);
			lines[line] = to;
			to += (skipped ? value : end) - start;
			if (skipped) copy[to++] = SKIPPED;
			copy[to++] = CR;
			copy[to++] = LF;
		}
		this.#bytes = copy;
		this.#lines = lines;
	}

	/** Returns the first line of that name, from a line on, or -1. */
	private find(name: string, from = 0): number {
		return findField(this.#bytes, this.#lines.buffer, this.#count, name, from);
	}

	/** Returns where the line's value begins, with the blanks before it. */
	private valueOf(line: number): number {
		return this.#bytes.indexOf(COLON, this.#lines[line]) + 1;
	}

	/** Returns the offset of the line's CRLF. */
	private endOf(line: number): number {
		return (line + 1 < this.#count ? this.#lines[line + 1] : this.#bytes.length) - 2;
	}

	/** RFC 9110, 5.5 wants bytes beyond ASCII ("obs-text") treated as opaque: they are never a reason to refuse. */
	private value(line: number): string {
		const bytes = this.#bytes,
			start = this.valueOf(line);
		if (bytes[start] !== SKIPPED) return textOf(bytes, start, this.endOf(line));
		throw tooLong(ascii(bytes.subarray(this.#lines[line], start - 1)));
	}
}

function tooLong(name: string): HttpError {
	return new HttpError(431, `the header field ${lowerCase(name)} is too long`);
}

freezeGenerator(ReceivedHeaders.prototype[Symbol.iterator]);
