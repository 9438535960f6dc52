import { DONE, type FieldLimits, FieldSection, MORE } from "yieldcam/http/syntax/field-section";
import { isOne, VALUE as VALUE_BYTE } from "yieldcam/http/syntax/scan";
import { isVersionByte, MAJOR, VERSION_LENGTH } from "yieldcam/http/syntax/version";
import type { ResponseHead } from "./response-head.ts";

const LF = 0x0a;
const CR = 0x0d;
const SP = 0x20;

const STATUS = VERSION_LENGTH + 1;
const REASON = STATUS + 3;

/**
 * Parses one response's head (RFC 9112, 4 and 5), as the server's parser does a request's: each byte once, in place.
 * Strict: no empty lines before it, and one space before and after the status code, the second one even if there is no
 * reason phrase.
 */
export class ResponseParser {
	readonly #limits: FieldLimits;
	#at = 0;
	#status = 0;
	#ending = false;
	#section: FieldSection | undefined;

	constructor(limits: FieldLimits) {
		this.#limits = limits;
	}

	/** Reports whether any byte of a response has arrived. */
	get started(): boolean {
		return this.#at > 0 || this.#section !== undefined;
	}

	/** Length of the head in bytes, once it is DONE. */
	get length(): number {
		return this.#section!.end;
	}

	/** Returns the parsed head, once it is DONE. */
	head(bytes: Uint8Array): ResponseHead {
		return {
			status: this.#status,
			// RFC 9110, 2.5: a higher minor version is treated as the highest one that we know.
			version: bytes[VERSION_LENGTH - 1] === 0x30 ? "1.0" : "1.1",
			headers: this.#section!.fields(bytes),
		};
	}

	/**
	 * @param bytes What was there at the last call, and everything that has arrived since.
	 * @returns MORE, DONE, or a status as from the server's parser: 400 malformed, 431 too large, 505 not HTTP/1.
	 */
	parse(bytes: Uint8Array): number {
		const verdict = this.#section ? DONE : this.parseLine(bytes);
		return verdict === DONE ? this.#section!.parse(bytes) : verdict;
	}

	private parseLine(bytes: Uint8Array): number {
		const end = Math.min(bytes.length, this.#limits.head);
		for (let at = this.#at; at < end; at++) {
			const byte = bytes[at];
			if (at < VERSION_LENGTH) {
				if (!isVersionByte(byte, at)) return 400;
			} else if (at === VERSION_LENGTH || at === REASON) {
				if (byte !== SP) return 400;
			} else if (at < REASON) {
				if (byte < 0x30 || byte > 0x39) return 400;
				this.#status = this.#status * 10 + byte - 0x30;
			} else if (this.#ending) {
				if (byte !== LF) return 400;
				if (bytes[MAJOR] !== 0x31) return 505;
				// RFC 9110, 15: three digits, the first of which is a class.
				if (this.#status < 100) return 400;
				this.#section = new FieldSection(this.#limits, at + 1);
				return DONE;
			} else if (byte === CR) this.#ending = true;
			else if (!isOne(VALUE_BYTE, bytes[at])) return 400;
		}
		this.#at = end;
		return end === this.#limits.head ? 431 : MORE;
	}
}
