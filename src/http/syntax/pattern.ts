import { percentDecode } from "./percent.ts";

/** What a pattern captured, by name. */
export type Params = Readonly<Record<string, string>>;

export const NO_PARAMS: Params = Object.freeze({});
/** The result of a match whose captured text has broken percent-encoding. */
export const MALFORMED: Params = Object.freeze({});

/** Characters for one of the text's: UTF-8 has four bytes at most for what is one character on XS, with three each. */
const MOST_ENCODED = 12;

/**
 * A path with gaps. A segment `:name` captures one segment that is not empty, a last segment `*` the
 * rest of the path, empty or not.
 *
 * Segments are compared and captured percent-decoded, each for itself: `/st%61tus` is `/status`, while
 * `%2F` is no separator but stays in its parameter. So a parameter may hold anything, "/" and ".." too.
 */
export class Pattern {
	/** The pattern itself, where it has no gaps. */
	readonly #segments: readonly string[] | string;

	constructor(text: string) {
		if (!text.startsWith("/")) throw new TypeError(`a pattern begins with "/": ${text}`);
		const segments = text.slice(1).split("/");
		this.#segments = segments.some(isGap) ? segments : text;
	}

	/** Returns what the path's segments captured, or undefined where the path is another one. */
	match(path: string): Params | undefined {
		const pattern = this.#segments;
		if (typeof pattern !== "string") return match(pattern, path);
		// Most patterns are, most paths have none, and each request is compared with one after the other.
		return path === pattern || (path.includes("%") && match(pattern.slice(1).split("/"), path))
			? NO_PARAMS
			: undefined;
	}
}

function isGap(segment: string): boolean {
	return segment === "*" || segment.startsWith(":");
}

/** Rules out what decoding cannot help: a path of many "%41" would be decoded for one pattern after the other. */
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
