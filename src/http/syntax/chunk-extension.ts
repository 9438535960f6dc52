import { isBlank } from "./ascii.ts";
import { isOne, TOKEN as TCHAR } from "./scan.ts";

const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const DEL = 0x7f;

// What the next byte may be.
/** A blank or ";". */
const BEFORE = 0;
/** A blank or a name. */
const NAME_START = 1;
const NAME = 2;
/** After a name and a blank: "=" or ";". */
const NAME_END = 3;
/** A blank or a value. */
const VALUE_START = 4;
const TOKEN = 5;
const QUOTED = 6;
const ESCAPED = 7;
/** After a quoted value. */
const QUOTED_END = 8;

/**
 * Checks chunk extensions (RFC 9112, 7.1.1), byte by byte:
 * `*( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )`. They mean nothing here, but a text that two programs
 * read differently can hide one request in another (request smuggling).
 */
export class ChunkExtension {
	#state = BEFORE;

	/** Takes a byte. Returns false if the byte is not valid there. */
	take(byte: number): boolean {
		const state = this.after(byte);
		if (state < 0) return false;
		this.#state = state;
		return true;
	}

	/** Reports whether the line may end here. */
	get complete(): boolean {
		return this.#state === NAME || this.#state === TOKEN || this.#state === QUOTED_END;
	}

	private after(byte: number): number {
		const blank = isBlank(byte);
		switch (this.#state) {
			case BEFORE:
				return blank ? BEFORE : byte === SEMICOLON ? NAME_START : -1;
			case NAME_START:
				return blank ? NAME_START : isOne(TCHAR, byte) ? NAME : -1;
			case NAME:
				return isOne(TCHAR, byte) ? NAME : afterName(byte, blank);
			case NAME_END:
				return afterName(byte, blank);
			case VALUE_START:
				return blank ? VALUE_START : byte === QUOTE ? QUOTED : isOne(TCHAR, byte) ? TOKEN : -1;
			case TOKEN:
				return isOne(TCHAR, byte) ? TOKEN : afterValue(byte, blank);
			case QUOTED:
				return byte === QUOTE ? QUOTED_END : byte === BACKSLASH ? ESCAPED : isText(byte, blank) ? QUOTED : -1;
			case ESCAPED:
				return isText(byte, blank) ? QUOTED : -1;
			default:
				return afterValue(byte, blank);
		}
	}
}

function afterName(byte: number, blank: boolean): number {
	return blank ? NAME_END : byte === EQUALS ? VALUE_START : byte === SEMICOLON ? NAME_START : -1;
}

function afterValue(byte: number, blank: boolean): number {
	return blank ? BEFORE : byte === SEMICOLON ? NAME_START : -1;
}

function isText(byte: number, blank: boolean): boolean {
	return blank || (byte > 0x20 && byte !== DEL);
}
