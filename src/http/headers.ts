import { freezeGenerator } from "./syntax/frozen-generator.ts";
import { fieldOf, hasField, withField, withoutField } from "./syntax/scan.ts";

export type HeadersInit = Readonly<Record<string, string | number>>;

/**
 * The header fields of a message to be sent, in the order they will be sent. Names match in any case.
 *
 * They are kept as the text that is sent: as a list they would take more memory, and each response would have to make its head again.
 */
export class Headers implements Iterable<[name: string, value: string]> {
	#text = "";

	/** Throws a TypeError if a name or value is invalid. */
	constructor(init?: HeadersInit) {
		for (const name in init) this.set(name, init[name]);
	}

	/** The field lines as they are sent, each with its CRLF. */
	get text(): string {
		return this.#text;
	}

	/** Returns the first value of that name, or undefined if there is none. */
	get(name: string): string | undefined {
		return fieldOf(this.#text, name);
	}

	/** Reports whether there is a field of that name. */
	has(name: string): boolean {
		return hasField(this.#text, name);
	}

	/** Replaces every field of that name by this one. Throws a TypeError if the name or value is invalid. */
	set(name: string, value: string | number): void {
		this.#text = added(withoutField(this.#text, name), name, value);
	}

	/** Does the same as `set` if there is no field of that name. */
	setDefault(name: string, value: string | number): void {
		if (!hasField(this.#text, name)) this.append(name, value);
	}

	/**
	 * Adds a field line, for the few fields that may be repeated, such as Set-Cookie. Throws a TypeError if the name or
	 * value is invalid.
	 */
	append(name: string, value: string | number): void {
		this.#text = added(this.#text, name, value);
	}

	/** Removes every field of that name. */
	delete(name: string): void {
		this.#text = withoutField(this.#text, name);
	}

	/** Calls back for each field line, as Fetch's Headers do. */
	forEach(callback: (value: string, name: string) => void): void {
		for (let at = 0, text = this.#text; at < text.length; at = text.indexOf("\r\n", at) + 2) {
			const [name, value] = fieldAt(text, at);
			callback(value, name);
		}
	}

	*[Symbol.iterator](): Generator<[name: string, value: string], void, undefined> {
		const text = this.#text;
		for (let at = 0; at < text.length; at = text.indexOf("\r\n", at) + 2) yield fieldAt(text, at);
	}
}

function added(text: string, name: string, value: string | number): string {
	const longer = withField(text, name, value);
	if (longer === undefined) throw new TypeError(`invalid header field ${JSON.stringify(name)}`);
	return longer;
}

/** Returns the name and value of the field line that begins at a position. */
function fieldAt(text: string, at: number): [name: string, value: string] {
	const colon = text.indexOf(":", at);
	return [text.slice(at, colon), text.slice(colon + 2, text.indexOf("\r\n", colon))];
}

freezeGenerator(Headers.prototype[Symbol.iterator]);
