import { freezeGenerator } from "./syntax/frozen-generator.ts";
import { percentDecode } from "./syntax/percent.ts";

/**
 * The query of a request, read like a form: `name=value` pairs joined by "&", with "+" for a space.
 *
 * Each look-up walks the text, and nothing is kept: a target of 1,024 bytes can hold 512 pairs, which as strings would
 * take a fifth of the heap. A name or value with broken percent-encoding is returned as it was sent, so a query never
 * makes a request fail.
 *
 * @example
 * const quality = Number(request.query.get("quality") ?? 10);
 */
export class Query implements Iterable<[name: string, value: string]> {
	readonly #text: string;

	constructor(text: string) {
		this.#text = text;
	}

	/** Returns the first value of that name, decoded, or undefined if there is none. */
	get(name: string): string | undefined {
		return this.getAll(name)[0];
	}

	/** Returns all values of that name, decoded, in the order sent. */
	getAll(name: string): string[] {
		const values: string[] = [];
		// oxlint-disable-next-line xs/no-for-of -- a generator has no index, and few requests have a query
		for (const [key, value] of this) {
			if (key === name) values.push(value);
		}
		return values;
	}

	/** Reports whether there is a value of that name. */
	has(name: string): boolean {
		return this.get(name) !== undefined;
	}

	/** Iterates over all pairs in the order sent. A name without "=" has the value "". */
	*[Symbol.iterator](): Generator<[name: string, value: string], void, undefined> {
		const text = this.#text;
		for (let at = 0; at < text.length;) {
			const ampersand = text.indexOf("&", at);
			const end = ampersand < 0 ? text.length : ampersand;
			if (end > at) {
				const pair = text.slice(at, end);
				const equals = pair.indexOf("=");
				yield equals < 0 ? [decode(pair), ""] : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
			}
			at = end + 1;
		}
	}

	/** Returns the query as it was sent, without its "?". */
	toString(): string {
		return this.#text;
	}
}

freezeGenerator(Query.prototype[Symbol.iterator]);

function decode(text: string): string {
	const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
	return percentDecode(spaced) ?? text;
}
