import { ascii } from "./bytes.ts";
import { DONE, FieldSection, MORE } from "./field-section.ts";
import { type Head, interpretHead, mostContent, tooLarge } from "./head.ts";
import { HttpError } from "../http-error.ts";
import type { Limits } from "../limits.ts";
import { endOf, isOne, requestLine, TARGET as TARGET_BYTE, TOKEN } from "./scan.ts";
import { beginsRtsp, isVersionByte, MAJOR, VERSION_LENGTH } from "./version.ts";

const LF = 0x0a;
const CR = 0x0d;
const SP = 0x20;

const LINE_REASON = "the request line must be METHOD TARGET HTTP/1.1, with %20 for a space, and end in CRLF";
const TARGET_REASON = "the request-target has a character that must be percent-encoded";
const FIELDS_REASON = "a header field is malformed, or a line does not end in CRLF";

// What the next byte belongs to.
const BEGIN = 0;
const BEGIN_LF = 1;
const METHOD = 2;
const TARGET = 3;
const VERSION = 4;
const REQUEST_LF = 5;

/**
 * Reads one request's head (RFC 9112, 3 and 5). It looks at each byte once, in place, and remembers only positions. It
 * creates strings when the head is complete. So the verdict depends on the bytes alone and not on how they were split,
 * and a peer's claims allocate nothing.
 *
 * A request of RTSP (RFC 2326, 6) has the same form, with another name of the protocol.
 *
 * It is as strict as the field section: exactly one space separates the parts of the request line (RFC 9112, 3). It
 * tolerates one thing: empty lines before the request line (RFC 9112, 2.2).
 */
export class Parser {
	readonly #limits: Limits;
	#state = BEGIN;
	#at = 0;
	#begin = 0;
	#methodEnd = 0;
	#targetEnd = 0;
	#rtsp = false;
	#section: FieldSection | undefined;
	#head: Head | undefined;
	#reason: string | undefined;

	constructor(limits: Limits) {
		this.#limits = limits;
	}

	/** Reports whether a request has begun. Empty lines do not begin one. */
	get started(): boolean {
		return this.#section !== undefined || this.#state > BEGIN_LF;
	}

	/** Whether the request line names RTSP, as far as it has been read. */
	get rtsp(): boolean {
		return this.#rtsp;
	}

	/** Bytes that the head takes after what was skipped, once it is DONE. */
	get length(): number {
		return this.#section!.end;
	}

	/** Bytes of the head that were removed from those that arrived. */
	get skipped(): number {
		return this.#section?.skipped ?? 0;
	}

	/** Why it is refused, for the client. Undefined if the status says it all. */
	get reason(): string | undefined {
		return this.#reason;
	}

	/** The request's head, once it is DONE. */
	get head(): Head {
		return this.#head!;
	}

	/**
	 * Reads on where the last call stopped.
	 *
	 * @param bytes The bytes that the last call left, and those that have arrived since. See `FieldSection.parse` for
	 * what it removes from them.
	 * @returns MORE, DONE or a status. After a status there is nothing more to parse.
	 */
	parse(bytes: Uint8Array): number {
		const verdict = this.#section ? DONE : this.parseLine(bytes);
		if (verdict === 400) this.#reason ??= LINE_REASON;
		if (verdict !== DONE) return verdict;
		const section = this.#section!;
		const end = section.parse(bytes);
		if (end === DONE) return this.interpret(bytes, section);
		if (end === 400) this.#reason = FIELDS_REASON;
		else if (end === 431) {
			const { fields, head, receivedHead } = this.#limits;
			this.#reason = section.tooMany
				? `there are more than ${fields} header fields`
				: `the header has more than ${receivedHead} bytes, or ${head} without its long values`;
		}
		return end;
	}

	private parseLine(bytes: Uint8Array): number {
		const { head: headLimit, target: targetLimit, method: methodLimit } = this.#limits;
		const end = Math.min(bytes.length, headLimit);
		let state = this.#state;
		if (state === BEGIN && this.#at === 0) {
			const ends = requestLine(bytes, methodLimit, targetLimit);
			const targetEnd = ends & 0xffff,
				lineEnd = targetEnd + 1 + VERSION_LENGTH + 2;
			if (ends > 0 && lineEnd <= headLimit) {
				this.#methodEnd = ends >> 16;
				this.#targetEnd = targetEnd;
				this.#section = new FieldSection(this.#limits, lineEnd, this.#limits);
				return DONE;
			}
		}
		for (let at = this.#at; at < end; at++) {
			const byte = bytes[at];
			switch (state) {
				case BEGIN:
					this.#begin = at;
					if (isOne(TOKEN, byte)) state = METHOD;
					else if (byte === CR) state = BEGIN_LF;
					else return 400;
					break;

				case BEGIN_LF:
					if (byte !== LF) return 400;
					state = BEGIN;
					break;

				case METHOD:
					at = endOf(TOKEN, bytes, at, Math.min(end, this.#begin + methodLimit));
					if (at === end) break;
					if (bytes[at] !== SP) return isOne(TOKEN, bytes[at]) ? 501 : 400;
					this.#methodEnd = at;
					state = TARGET;
					break;

				case TARGET: {
					const start = this.#methodEnd + 1;
					at = endOf(TARGET_BYTE, bytes, at, Math.min(end, start + targetLimit));
					if (at === end) break;
					if (isOne(TARGET_BYTE, bytes[at])) return 414;
					if (bytes[at] !== SP || at === start) {
						if (bytes[at] !== SP && bytes[at] !== CR && bytes[at] !== LF) this.#reason = TARGET_REASON;
						return 400;
					}
					this.#targetEnd = at;
					state = VERSION;
					break;
				}

				case VERSION: {
					const position = at - this.#targetEnd - 1;
					if (position < VERSION_LENGTH) {
						if (position === 0) this.#rtsp = beginsRtsp(byte);
						if (!isVersionByte(byte, position, this.#rtsp)) return 400;
					} else if (byte === CR) state = REQUEST_LF;
					else return 400;
					break;
				}

				case REQUEST_LF:
					if (byte !== LF) return 400;
					if (bytes[this.#targetEnd + 1 + MAJOR] !== 0x31) return 505;
					this.#section = new FieldSection(this.#limits, at + 1, this.#limits);
					return DONE;
			}
		}
		this.#at = end;
		this.#state = state;
		return end === headLimit ? 431 : MORE;
	}

	private interpret(bytes: Uint8Array, section: FieldSection): number {
		let head;
		try {
			const method = ascii(bytes.subarray(this.#begin, this.#methodEnd)),
				target = ascii(bytes.subarray(this.#methodEnd + 1, this.#targetEnd)),
				headers = section.fields(bytes);
			// A client of a higher minor version gets the highest version known here: RFC 9110, 2.5.
			const rtsp = this.#rtsp,
				version = bytes[this.#targetEnd + VERSION_LENGTH] === 0x30 && !rtsp ? "1.0" : "1.1";
			head = interpretHead(method, target, version, headers, this.#limits, rtsp);
			if (head === 413) this.#reason = tooLarge(mostContent(method, this.#limits));
		} catch (error) {
			// A value that decides what the head means was skipped.
			if (!(error instanceof HttpError)) throw error;
			this.#reason = error.message;
			return error.status;
		}
		if (typeof head === "number") return head;
		if (typeof head === "string") {
			this.#reason = head;
			return 400;
		}
		this.#head = head;
		return DONE;
	}
}
