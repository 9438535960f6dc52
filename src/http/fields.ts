import { ascii } from "./bytes.ts";
import { freezeGenerator } from "./frozen-generator.ts";
import { latin1, utf8 } from "./utf8.ts";

const LF = 0x0a;
const SP = 0x20;
const HTAB = 0x09;
const COLON = 0x3a;

/**
 * The header fields of a request, read from the bytes of its head when somebody asks. A browser sends
 * fifteen of which the server looks at four: as strings they would cost more heap than the request.
 * The parser has validated every line, so nothing is checked again here.
 */
export class Fields implements Iterable<[name: string, value: string]> {
	readonly #lines: Uint8Array;

	/** @param lines Whole field lines, each with its CRLF. */
	constructor(lines: Uint8Array) {
		this.#lines = lines;
	}

	/** The memory that is held: the buffer that the head arrived in. */
	get byteLength(): number {
		return this.#lines.buffer.byteLength;
	}

	has(name: string): boolean {
		const lines = this.#lines;
		const wanted = name.toLowerCase();
		for (let at = 0; at < lines.length; at = lines.indexOf(LF, at) + 1) {
			if (isNamed(lines, at, wanted))
				return true;
		}
		return false;
	}

	/** The field's value; those of repeated field lines are joined by ", " (RFC 9110, 5.3). */
	get(name: string): string | undefined {
		const values = this.getAll(name);
		return values.length > 0 ? values.join(", ") : undefined;
	}

	/** One value for each field line of that name. */
	getAll(name: string): string[] {
		const lines = this.#lines;
		const wanted = name.toLowerCase();
		const values: string[] = [];
		for (let at = 0; at < lines.length; at = lines.indexOf(LF, at) + 1) {
			if (isNamed(lines, at, wanted))
				values.push(valueAt(lines, at + wanted.length + 1));
		}
		return values;
	}

	/** Each field line in the order sent, its name in lower case. */
	*[Symbol.iterator](): Generator<[name: string, value: string], void, undefined> {
		const lines = this.#lines;
		for (let at = 0; at < lines.length; at = lines.indexOf(LF, at) + 1) {
			const colon = lines.indexOf(COLON, at);
			yield [ascii(lines.subarray(at, colon)).toLowerCase(), valueAt(lines, colon + 1)];
		}
	}
}

freezeGenerator(Fields.prototype[Symbol.iterator]);

function isNamed(lines: Uint8Array, at: number, name: string): boolean {
	// A name holds no colon, so the first colon of a line of this name can only be here.
	if (lines[at + name.length] !== COLON)
		return false;
	for (let i = 0; i < name.length; i++) {
		const byte = lines[at + i];
		const lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
		if (lower !== name.charCodeAt(i))
			return false;
	}
	return true;
}

function valueAt(lines: Uint8Array, at: number): string {
	let start = at;
	let end = lines.indexOf(LF, at) - 1;
	while (start < end && isBlank(lines[start]))
		start++;
	while (end > start && isBlank(lines[end - 1]))
		end--;
	// RFC 9110, 5.5 wants bytes beyond ASCII ("obs-text") taken as opaque: never a reason to refuse.
	const value = lines.subarray(start, end);
	return utf8(value) ?? latin1(value);
}

function isBlank(byte: number): boolean {
	return byte === SP || byte === HTAB;
}
