import { endOf, fieldLines, isOne, SKIPPED, TOKEN, VALUE as VALUE_BYTE } from "./scan.ts";
import { ReceivedHeaders } from "../received-headers.ts";
import type { Limits } from "../limits.ts";

/** The verdicts of everything that reads a message. Any other verdict is the status to refuse the message with. */
export const MORE = 0;
export const DONE = 1;

export type FieldLimits = Pick<Limits, "head" | "fields">;

/** The limits of a section whose long values are skipped. */
export type SkipLimits = Pick<Limits, "fieldValue" | "receivedHead">;

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;

/** The largest position that `fieldLines` returns. */
const MOST_POSITION = 0xffff;

/** Lines that there is room for at first. */
const FEW = 32;

/** Bytes. A value of no more than that is never skipped. */
const SHORT = 128;

// What the next byte belongs to. Except for NAME, the number is how many bytes ago the last value ended.
const VALUE = 0;
const VALUE_LF = 1;
const LINE = 2;
const END_LF = 3;
const NAME = 4;

/**
 * Reads header fields up to the empty line after them (RFC 9112, 5): those of a request, of a response, or of a trailer
 * section. It looks at each byte once, in place, and remembers only positions.
 *
 * It may remove long values from the bytes: the value that is left is `SKIPPED`. First it removes each that is longer than
 * `SkipLimits.fieldValue`, then the longest one whenever the section has as many bytes as it may. The verdict does not
 * depend on how the bytes were split.
 *
 * Where the RFC lets a recipient choose between tolerance and refusal, this class refuses: each tolerance is one more
 * way for two parties to read one message differently (request smuggling).
 * - Lines end in CRLF. RFC 9112, 2.2 allows a bare LF; a bare CR is never valid.
 * - No white space before a field's colon, none at a line's start (obs-fold): RFC 9112, 5.1 and 5.2.
 * - No control characters in field values but HTAB (RFC 9110, 5.5 allows a recipient to replace them).
 */
export class FieldSection {
	readonly #limits: FieldLimits;
	readonly #skipLimits: SkipLimits | undefined;
	readonly #start: number;
	/** Where each field line begins, counted from #start. Two bytes for each: they are kept as long as the request. */
	#lines: Uint16Array;
	#count = 0;
	#at: number;
	/** Where the value begins that the next byte belongs to. */
	#value = 0;
	/** Bytes of values that were removed. */
	#skipped = 0;
	#state = LINE;

	/**
	 * @param start Where the first field line begins. What comes before it counts against the limit of the head.
	 * @param skipLimits Without them, no value is skipped.
	 */
	constructor(limits: FieldLimits, start = 0, skipLimits?: SkipLimits) {
		this.#limits = limits;
		this.#skipLimits = skipLimits;
		this.#lines = new Uint16Array(Math.min(FEW, limits.fields));
		this.#start = this.#at = start;
	}

	/** Where the section ends, once it is DONE. */
	get end(): number {
		return this.#at;
	}

	/** Whether there are as many lines as there may be. */
	get tooMany(): boolean {
		return this.#count === this.#limits.fields;
	}

	/** Bytes that were removed from those that arrived. */
	get skipped(): number {
		return this.#skipped;
	}

	/** Returns the fields, once it is DONE. */
	fields(bytes: Uint8Array): ReceivedHeaders {
		return new ReceivedHeaders(bytes.subarray(this.#start, this.#at - 2), this.#lines, this.#count);
	}

	/**
	 * Reads on where the last call stopped.
	 *
	 * @param bytes The bytes that the last call left, and those that have arrived since. If it skips any, it moves the
	 * rest towards the start, and `skipped` grows by as many as are then left over at the end.
	 * @returns MORE, DONE or a status. After a status there is nothing more to parse.
	 */
	parse(bytes: Uint8Array): number {
		for (;;) {
			const skipped = this.#skipped;
			const verdict = this.scan(bytes);
			if (verdict !== MORE || this.#at < this.limit) return verdict;
			bytes = bytes.subarray(0, bytes.length - this.#skipped + skipped);
			const count = this.limit === this.#limits.head ? this.skipLongest(bytes) : 0;
			if (count === 0) return 431;
			bytes = bytes.subarray(0, bytes.length - count);
		}
	}

	/** Does the same, but returns MORE when the section has as many bytes as it may. */
	private scan(bytes: Uint8Array): number {
		const { fields: maxFields, head: headLimit } = this.#limits,
			maxValueBytes = this.#skipLimits?.fieldValue ?? headLimit;
		let limit = this.limit,
			end = Math.min(bytes.length, limit);
		let state = this.#state;
		for (let at = this.#at; at < end; at++) {
			const byte = bytes[at];
			switch (state) {
				case LINE: {
					if (byte === CR) {
						state = END_LF;
						break;
					}
					const read = fieldLines(
						bytes,
						at,
						Math.min(end, MOST_POSITION),
						this.#lines.buffer,
						this.#count,
						this.#start,
						maxValueBytes,
					);
					if ((read & MOST_POSITION) > at) {
						this.#count = read >> 16;
						at = (read & MOST_POSITION) - 1;
						break;
					}
					if (!isOne(TOKEN, byte)) return 400;
					if (this.#count === this.#lines.length) {
						if (this.tooMany) return 431;
						const more = new Uint16Array(Math.min(2 * this.#count, maxFields));
						more.set(this.#lines);
						this.#lines = more;
					}
					this.#lines[this.#count++] = at - this.#start;
					state = NAME;
					break;
				}

				case NAME:
					at = endOf(TOKEN, bytes, at, end);
					if (at === end) break;
					if (bytes[at] !== COLON) return 400;
					this.#value = at + 1;
					state = VALUE;
					break;

				case VALUE:
					at = endOf(VALUE_BYTE, bytes, at, end);
					if (at - this.#value > maxValueBytes || (bytes[this.#value] === SKIPPED && at > this.#value + 1)) {
						bytes = bytes.subarray(0, bytes.length - this.skip(bytes, this.#value, at));
						at = this.#value;
						limit = this.limit;
						end = Math.min(bytes.length, limit);
						break;
					}
					if (at === end) break;
					if (bytes[at] !== CR) return 400;
					state = VALUE_LF;
					break;

				case VALUE_LF:
					if (byte !== LF) return 400;
					state = LINE;
					break;

				case END_LF:
					if (byte !== LF) return 400;
					this.#at = at + 1;
					return DONE;
			}
		}
		this.#at = end;
		this.#state = state;
		return MORE;
	}

	/** Bytes that the section may have, without those that were skipped. */
	private get limit(): number {
		const { head } = this.#limits;
		return this.#skipLimits ? Math.min(head, this.#skipLimits.receivedHead - this.#skipped) : head;
	}

	/** Removes a value, as far as it has arrived, from the bytes. Returns how many that are. */
	private skip(bytes: Uint8Array, start: number, end: number): number {
		bytes[start] = SKIPPED;
		const count = end - start - 1;
		bytes.copyWithin(start + 1, end);
		this.#skipped += count;
		return count;
	}

	/** Removes the longest value. Returns how many bytes that are: 0 if all are short. */
	private skipLongest(bytes: Uint8Array): number {
		if (!this.#skipLimits) return 0;
		const lines = this.#lines,
			origin = this.#start;
		let longest = -1,
			start = 0,
			end = SHORT;
		for (let line = 0; line < this.#count; line++) {
			const isLast = line + 1 === this.#count;
			if (isLast && this.#state === NAME) break;
			const valueStart = bytes.indexOf(COLON, origin + lines[line]) + 1,
				valueEnd = isLast ? this.#at - this.#state : origin + lines[line + 1] - 2;
			if (valueEnd - valueStart <= end - start) continue;
			longest = line;
			start = valueStart;
			end = valueEnd;
		}
		if (longest < 0) return 0;
		const count = this.skip(bytes, start, end);
		for (let line = longest + 1; line < this.#count; line++) lines[line] -= count;
		if (this.#value > start) this.#value -= count;
		this.#at -= count;
		return count;
	}
}
