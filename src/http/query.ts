import { HttpError } from "./http-error.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { freezeGenerator } from "./syntax/frozen-generator.ts";
import { hexDigit } from "./syntax/bytes.ts";
import { percentDecode } from "./syntax/percent.ts";

const SPACE = 0x20;
const PERCENT = 0x25;
const PLUS = 0x2b;
const AMPERSAND = 0x26;
const EQUALS = 0x3d;

/**
 * The query of a request, or the content of a form: `name=value` pairs joined by "&", with "+" for a space.
 *
 * Each look-up walks the text, and nothing is kept: as strings, the pairs would take much of the heap. A name or value with
 * broken percent-encoding is returned as it was sent.
 *
 * @example
 * const quality = Number(request.query.get("quality") ?? 10);
 * const name = (await request.form()).get("name");
 */
export class Query implements Iterable<[name: string, value: string]> {
	readonly #text: string;

	/**
	 * Throws an HttpError 400 if the text has more pairs than that.
	 *
	 * @param most Default: that of `limits.parameters`.
	 */
	constructor(text: string, most: number = DEFAULT_LIMITS.parameters) {
		let at = text.length > most ? 0 : -1;
		for (let count = 0; at >= 0; count++) {
			if (count === most) throw new HttpError(400, `there must not be more than ${most} parameters`);
			at = text.indexOf("&", at) + 1 || -1;
		}
		this.#text = text;
	}

	/** Returns the first value of that name, decoded, or undefined if there is none. */
	get(name: string): string | undefined {
		const nameEnd = this.find(name, 0);
		return nameEnd < 0 ? undefined : this.valueAt(nameEnd);
	}

	/** Returns all values of that name, decoded, in the order sent. */
	getAll(name: string): string[] {
		const values: string[] = [];
		for (let nameEnd = this.find(name, 0); nameEnd >= 0; nameEnd = this.find(name, endOf(this.#text, nameEnd) + 1))
			values.push(this.valueAt(nameEnd));
		return values;
	}

	/** Returns the value of a pair, decoded, whose name ends at a position. */
	private valueAt(nameEnd: number): string {
		return decode(this.#text.slice(nameEnd + 1, endOf(this.#text, nameEnd)));
	}

	/**
	 * Returns where the name of the next pair of that name ends, from the beginning of a pair on. Returns -1 if there is
	 * none.
	 * Decodes only what may have the name: names and values may be long, and a handler may ask for a dozen names.
	 */
	private find(name: string, from: number): number {
		const text = this.#text;
		const { length } = name;
		if (length === 0 || isEncoded(text) || isSpecial(name)) return findEncoded(text, name, from);
		for (let at = text.indexOf(name, from); at >= 0; at = text.indexOf(name, at + 1)) {
			const end = at + length;
			if (at > 0 && text.charCodeAt(at - 1) !== AMPERSAND) continue;
			if (end === text.length || isNameEnd(text.charCodeAt(end))) return end;
		}
		return -1;
	}

	/** Reports whether there is a value of that name. */
	has(name: string): boolean {
		return this.find(name, 0) >= 0;
	}

	/** Iterates over all pairs in the order sent. A name without "=" has the value "". */
	*[Symbol.iterator](): Generator<[name: string, value: string], void, undefined> {
		const text = this.#text;
		for (let at = 0; at < text.length;) {
			const end = endOf(text, at);
			if (end > at) yield split(text.slice(at, end));
			at = end + 1;
		}
	}

	/** Returns the query as it was sent, without its "?". */
	toString(): string {
		return this.#text;
	}
}

freezeGenerator(Query.prototype[Symbol.iterator]);

/** Returns where the pair ends that begins at a position. */
function endOf(text: string, at: number): number {
	const ampersand = text.indexOf("&", at);
	return ampersand < 0 ? text.length : ampersand;
}

function split(pair: string): [name: string, value: string] {
	const equals = pair.indexOf("=");
	return equals < 0 ? [decode(pair), ""] : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
}

function isNameEnd(code: number): boolean {
	return code === EQUALS || code === AMPERSAND;
}

/** Reports whether a name can only be sent encoded. */
function isSpecial(name: string): boolean {
	return isEncoded(name) || name.includes("=") || name.includes("&");
}

/** The same as `Query.find`, for a text or a name with encoded characters. */
function findEncoded(text: string, name: string, from: number): number {
	const { length } = text,
		// A name with "%" may be one that was sent with broken encoding.
		simple = isAscii(name) && !name.includes("%");
	for (let at = from; at < length;) {
		const end = endOf(text, at);
		if (end > at) {
			const nameEnd = simple ? matchEncoded(text, at, end, name) : matchDecoded(text, at, end, name);
			if (nameEnd >= 0) return nameEnd;
		}
		at = end + 1;
	}
	return -1;
}

/**
 * Compares the name of the pair from `at` to `end` with an ASCII name. Decodes no more than it has to compare: a query may
 * have dozens of encoded names. Returns where the pair's name ends, or -1 if it is another one.
 */
function matchEncoded(text: string, at: number, end: number, name: string): number {
	if (text.startsWith(name, at) && !isSpecial(name)) {
		const nameEnd = at + name.length;
		return nameEnd === end || text.charCodeAt(nameEnd) === EQUALS ? nameEnd : -1;
	}
	for (let i = 0; i < name.length; i++) {
		if (at >= end) return -1;
		let code = text.charCodeAt(at++);
		if (code === EQUALS) return -1;
		if (code === PLUS) code = SPACE;
		else if (code === PERCENT) {
			if (at + 2 > end) return -1;
			const high = hexDigit(text.charCodeAt(at)),
				low = hexDigit(text.charCodeAt(at + 1));
			if (high < 0 || low < 0) return -1;
			code = high * 16 + low;
			at += 2;
		}
		if (code !== name.charCodeAt(i)) return -1;
	}
	return at === end || text.charCodeAt(at) === EQUALS ? at : -1;
}

/** The same for any name. */
function matchDecoded(text: string, at: number, end: number, name: string): number {
	const equals = text.indexOf("=", at),
		nameEnd = equals < 0 || equals > end ? end : equals;
	// A character has up to three bytes here, and each takes up to three characters.
	if (nameEnd - at > 9 * name.length) return -1;
	return decode(text.slice(at, nameEnd)) === name ? nameEnd : -1;
}

function isAscii(text: string): boolean {
	for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
	return true;
}

function isEncoded(text: string): boolean {
	return text.includes("%") || text.includes("+");
}

function decode(text: string): string {
	return percentDecode(text, true) ?? text;
}
