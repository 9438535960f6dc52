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
		return this.find(name, 1)[0];
	}

	/** Returns all values of that name, decoded, in the order sent. */
	getAll(name: string): string[] {
		return this.find(name, Infinity);
	}

	/** Decodes only what may have the name: a target may have hundreds of pairs, and a handler may ask for a dozen names. */
	private find(name: string, most: number): string[] {
		const text = this.#text,
			{ length } = name,
			plain = !isEncoded(name) && !name.includes("=") && !name.includes("&"),
			encoded = !plain || isEncoded(text),
			values: string[] = [];
		for (let at = 0; at < text.length && values.length < most;) {
			const end = endOf(text, at);
			if (
				plain &&
				text.startsWith(name, at) &&
				end > at &&
				(at + length === end || text.charAt(at + length) === "=")
			)
				values.push(decode(text.slice(at + length + 1, end)));
			else if (encoded && end > at) {
				const pair = text.slice(at, end);
				if (isEncoded(pair)) {
					const [key, value] = split(pair);
					if (key === name) values.push(value);
				}
			}
			at = end + 1;
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

function isEncoded(text: string): boolean {
	return text.includes("%") || text.includes("+");
}

function decode(text: string): string {
	return percentDecode(text, true) ?? text;
}
