import { HttpError } from "./http-error.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { freezeGenerator } from "./syntax/frozen-generator.ts";
import { percentDecode } from "./syntax/percent.ts";

/**
 * The query of a request, or the content of a form: `name=value` pairs joined by "&", with "+" for a space.
 *
 * Each look-up walks the text, and nothing is kept: as strings, the pairs would take much of the heap. A name or value with
 * broken percent-encoding is returned as it was sent.
 *
 * @example
 * const quality = Number(request.query.get("quality") ?? 10);
 * const form = new Query(await request.text());
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
		return this.find(name, 1)[0];
	}

	/** Returns all values of that name, decoded, in the order sent. */
	getAll(name: string): string[] {
		return this.find(name, Infinity);
	}

	/** Decodes only what may have the name: names and values may be long, and a handler may ask for a dozen names. */
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
				const equals = text.indexOf("=", at),
					nameEnd = equals < 0 || equals > end ? end : equals;
				// A character has up to three bytes here, and each takes up to three characters.
				if (nameEnd - at <= 9 * length) {
					const key = text.slice(at, nameEnd);
					if (isEncoded(key) && decode(key) === name) values.push(decode(text.slice(nameEnd + 1, end)));
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
