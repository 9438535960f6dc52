import { percentDecode } from "./percent.ts";

/** What a pattern captured, by name. */
export type Params = Readonly<Record<string, string>>;

export const NO_PARAMS: Params = Object.freeze({});
/** The result of a match if the captured text has broken percent-encoding. */
export const MALFORMED: Params = Object.freeze({});

/**
 * Most characters that encode one character of the text: UTF-8 has at most four bytes for one character of XS, and each
 * takes three.
 */
const MOST_ENCODED = 12;

/**
 * A path with gaps. A segment `:name` captures one segment that is not empty. A last segment `*` captures the rest of
 * the path, empty or not.
 *
 * Segments are compared and captured percent-decoded, one by one: `/st%61tus` is `/status`, while `%2F` is not a
 * separator but stays in its parameter. So a parameter may hold anything, including "/" and "..".
 */
export class Pattern {
	/** The text itself, if the pattern has no gaps. */
	readonly #segments: readonly string[] | string;

	/** Throws a TypeError if the text does not begin with "/". */
	constructor(text: string) {
		if (!text.startsWith("/")) throw new TypeError(`a pattern must begin with "/": ${text}`);
		const segments = text.slice(1).split("/");
		this.#segments = segments.some(isGap) ? segments : text;
	}

	/** Reports whether it captures anything. Otherwise it matches its text, in any percent-encoding. */
	get hasGaps(): boolean {
		return typeof this.#segments !== "string";
	}

	/** Returns what the path's segments captured, or undefined if the path does not match. */
	match(path: string): Params | undefined {
		const pattern = this.#segments;
		if (typeof pattern !== "string") return match(pattern, path);
		// Most patterns have no gaps, most paths no percent-encoding, and each request is compared with one pattern
		// after the other.
		return path === pattern || (path.includes("%") && match(pattern.slice(1).split("/"), path))
			? NO_PARAMS
			: undefined;
	}
}

function isGap(segment: string): boolean {
	return segment === "*" || segment.startsWith(":");
}

/**
 * Rules out texts that cannot match even decoded: a path of many "%41" would be decoded for one pattern after the
 * other.
 */
function mayDecodeTo(encoded: number, decoded: number): boolean {
	return encoded > decoded && encoded <= MOST_ENCODED * decoded;
}

function match(segments: readonly string[], path: string): Params | undefined {
	if (!path.startsWith("/")) return undefined;
	let params: Record<string, string> | undefined;
	let at = 1;
	for (let i = 0; i < segments.length; i++) {
		const segment = segments[i];
		if (at > path.length) return undefined;
		const slash = segment === "*" ? -1 : path.indexOf("/", at);
		const end = slash < 0 ? path.length : slash;
		const text = path.slice(at, end);
		at = end + 1;
		if (segment === "*" || (segment.startsWith(":") && text !== "")) {
			const value = percentDecode(text);
			if (value === undefined) return MALFORMED;
			(params ??= {})[segment === "*" ? "*" : segment.slice(1)] = value;
		} else if (text !== segment && !(mayDecodeTo(text.length, segment.length) && percentDecode(text) === segment))
			return undefined;
	}
	return at > path.length ? (params ?? NO_PARAMS) : undefined;
}
