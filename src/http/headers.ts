import { lowerCase } from "./syntax/ascii.ts";
import { hasControls, isToken } from "./syntax/characters.ts";
import { freezeGenerator } from "./syntax/frozen-generator.ts";

export type HeadersInit = Readonly<Record<string, string | number>>;

/**
 * The header fields of a message to be sent: a short list of names and values, in the order they will be sent. Names
 * match in any case.
 */
export class Headers implements Iterable<[name: string, value: string]> {
	/** Three entries for each field: name, value, and the name in lower case, by which it is found. */
	readonly #list: string[] = [];

	/** Throws a TypeError if a name or value is invalid. */
	constructor(init?: HeadersInit) {
		for (const name in init) this.set(name, init[name]);
	}

	/** Returns the first value of that name, or undefined if there is none. */
	get(name: string): string | undefined {
		const at = this.find(name);
		return at < 0 ? undefined : this.#list[at + 1];
	}

	/** Reports whether there is a field of that name. */
	has(name: string): boolean {
		return this.find(name) >= 0;
	}

	/** Replaces every field of that name by this one. Throws a TypeError if the name or value is invalid. */
	set(name: string, value: string | number): void {
		this.delete(name);
		this.append(name, value);
	}

	/**
	 * Adds a field line, for the few fields that may be repeated, such as Set-Cookie. Throws a TypeError if the name or
	 * value is invalid.
	 */
	append(name: string, value: string | number): void {
		const text = String(value);
		// A line end in a value would begin more fields, or another response (response splitting).
		if (!isToken(name) || hasControls(text)) throw new TypeError(`invalid header field ${JSON.stringify(name)}`);
		this.#list.push(name, text, lowerCase(name));
	}

	/** Removes every field of that name. */
	delete(name: string): void {
		for (let at = this.find(name); at >= 0; at = this.find(name)) this.#list.splice(at, 3);
	}

	/** Calls back for each field line, as Fetch's Headers do. */
	forEach(callback: (value: string, name: string) => void): void {
		for (let at = 0; at < this.#list.length; at += 3) callback(this.#list[at + 1], this.#list[at]);
	}

	*[Symbol.iterator](): Generator<[name: string, value: string], void, undefined> {
		for (let at = 0; at < this.#list.length; at += 3) yield [this.#list[at], this.#list[at + 1]];
	}

	private find(name: string): number {
		const list = this.#list,
			wanted = lowerCase(name);
		for (let at = 0; at < list.length; at += 3) {
			if (list[at + 2] === wanted) return at;
		}
		return -1;
	}
}

freezeGenerator(Headers.prototype[Symbol.iterator]);
