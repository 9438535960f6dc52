import { HttpError, unavailable } from "./http-error.ts";
import type { Limits } from "./limits.ts";
import { UNLIMITED_MACHINE, type Machine } from "./machine.ts";
import type { NewNames } from "./new-names.ts";
import { utf8 } from "./syntax/utf8.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const ARRAY = 0x5b;
const ARRAY_END = 0x5d;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;

/** Most bytes of a member's name. A longer name is in no list of names. */
const NAME_LENGTH = 64;

export type UnknownName = (name: string, depth: number) => void;

export interface JsonOptions {
	/**
	 * The names that members may have, at any depth; none may be written as a whole number. The value omits other
	 * members, so that peers cannot fill the machine with names. Without a list, every member is kept, and new names
	 * are limited for the life of the machine.
	 */
	readonly names?: readonly string[] | undefined;
	/**
	 * Called with each name that is not in the list, cut to 64 bytes, and its depth, from 1. Errors that it throws are
	 * rethrown.
	 */
	readonly unknown?: UnknownName | undefined;
	readonly machine?: Machine | undefined;
	readonly newNames?: NewNames | undefined;
}

/** What the server provides for reading JSON. */
export interface JsonContext {
	readonly limits: JsonLimits;
	readonly machine: Machine;
	readonly newNames: NewNames;
}

export type JsonLimits = Pick<Limits, "jsonDepth" | "jsonSlots">;

/** Returns the text of content. Throws an HttpError 400 if it is not UTF-8, or contains a NUL. */
export function parseText(bytes: Uint8Array): string {
	const text = utf8(bytes);
	if (text === undefined) throw new HttpError(400, "the text is not UTF-8");
	return text;
}

/**
 * Returns the value of JSON content. Throws an HttpError if it is malformed (400) or exceeds the limits (413), or if
 * the machine has no memory for it at the moment (503). All of that is known before anything is parsed: XS parses by
 * recursion, and if the stack or the heap runs out, the machine ends instead of throwing.
 */
export function parseJson(bytes: Uint8Array, limits: JsonLimits, options: JsonOptions = {}): unknown {
	// RFC 8259, 8.1: a byte order mark may be ignored. PowerShell's files have one.
	if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3);
	const { names, machine = UNLIMITED_MACHINE } = options;
	const scan = new Scan(bytes, limits, { ...options, unknown: undefined });
	scan.run();
	// The text, its strings once more, and arrays, which XS keeps in chunks of a slot for each item.
	if (!machine.room(scan.slots + OVERHEAD, 2 * bytes.length + 16 * scan.slots)) throw unavailable();
	const text = parseText(bytes);
	let value: unknown;
	try {
		// XS takes a list of names, as JSON.stringify does (xsJSON.c, fxToJSONKeys), and looks up no other.
		value = names ? (JSON.parse(text, names as string[]) as unknown) : (JSON.parse(text) as unknown);
	} catch {
		throw new HttpError(400, "malformed JSON");
	} finally {
		// Names before a fault have become known to the machine; names after it have not.
		options.newNames?.take(scan.fresh.filter((name) => machine.isName(name)));
	}
	if (!names || !scan.strange) return value;
	// Not before it is known to be well-formed, which is the first thing to tell a client.
	if (options.unknown) new Scan(bytes, limits, options).run();
	return without(value, names);
}

/** Slots that parsing takes besides the value's. */
const OVERHEAD = 100;

/**
 * Walks JSON once, before it is parsed, to count what it takes and to check the names. The JSON need not be
 * well-formed.
 */
class Scan {
	readonly #bytes: Uint8Array;
	readonly #limits: JsonLimits;
	readonly #options: JsonOptions;

	/** Slots that the value takes: one for each item or member, one more for an object, two for an array. */
	slots = 1;
	/** Whether there is a name that is not in the list. */
	strange = false;
	/** If there is no list: the names that the machine does not have yet. */
	readonly fresh: string[] = [];

	constructor(bytes: Uint8Array, limits: JsonLimits, options: JsonOptions) {
		this.#bytes = bytes;
		this.#limits = limits;
		this.#options = options;
	}

	run(): void {
		const bytes = this.#bytes,
			{ jsonDepth, jsonSlots } = this.#limits;
		let depth = 0;
		// The last string, which was a name if a colon follows.
		let start = 0,
			end = -1,
			escaped = false;
		for (let at = 0; at < bytes.length; at++) {
			switch (bytes[at]) {
				case QUOTE:
					start = ++at;
					escaped = false;
					for (; at < bytes.length && bytes[at] !== QUOTE; at++) {
						if (bytes[at] === BACKSLASH) {
							escaped = true;
							at++;
						}
					}
					end = at;
					break;
				case COLON:
					if (end < 0) throw new HttpError(400, "malformed JSON");
					this.look(start, end, escaped, depth);
					end = -1;
					this.slots++;
					break;
				case COMMA:
					this.slots++;
					break;
				case ARRAY:
				case OBJECT:
					this.slots += bytes[at] === ARRAY ? 3 : 2;
					if (++depth > jsonDepth) throw new HttpError(400, "JSON nested too deep");
					break;
				case ARRAY_END:
				case OBJECT_END:
					depth--;
					break;
			}
			if (this.slots > jsonSlots) throw new HttpError(413, `too many JSON values: at most ${jsonSlots}`);
		}
	}

	private look(start: number, end: number, escaped: boolean, depth: number): void {
		const { names, unknown, newNames } = this.#options;
		const long = end - start > NAME_LENGTH;
		const name = this.name(start, long ? start + NAME_LENGTH : end, escaped, long);
		if (names) {
			if (!long && names.includes(name)) return;
			this.strange = true;
			unknown?.(name, depth);
		} else if (newNames && (long || !this.remember(name, newNames)))
			throw new HttpError(413, "too many new JSON member names, or one that is too long");
	}

	/** Remembers the name. Returns false if there is no room for it beside the other new names of this content. */
	private remember(name: string, newNames: NewNames): boolean {
		if (newNames.isKnown(name) || this.fresh.includes(name)) return true;
		this.fresh.push(name);
		return newNames.hasRoom(this.fresh);
	}

	private name(start: number, end: number, escaped: boolean, cut: boolean): string {
		// Do not cut in the middle of a character.
		if (cut) {
			while (end > start && (this.#bytes[end] & 0xc0) === 0x80) end--;
		}
		const text = parseText(this.#bytes.subarray(start, end));
		if (!escaped || cut) return text;
		try {
			return JSON.parse('"' + text + '"') as string;
		} catch {
			throw new HttpError(400, "malformed JSON");
		}
	}
}

/** Removes other members. Engines other than XS keep members of any name. */
function without(value: unknown, names: readonly string[]): unknown {
	if (typeof value !== "object" || value === null) return value;
	if (Array.isArray(value)) value.forEach((item) => without(item, names));
	else {
		Object.keys(value).forEach((name) => {
			if (names.includes(name)) without((value as Record<string, unknown>)[name], names);
			else delete (value as Record<string, unknown>)[name];
		});
	}
	return value;
}
