import { HttpError } from "../http/http-error.ts";
import type { Query } from "../http/query.ts";

/**
 * Reads a parameter as CameraWebServer does, with atoi(): the whole number at the start of the text, so that "12.0",
 * which Home Assistant sends for a slider, is 12. Throws 404 if the parameter is missing, as CameraWebServer does. For
 * text that does not start with a number atoi() returns 0; this function throws 500 instead, so that nothing is set
 * that nobody asked for.
 */
export function integer(query: Query, name: string): number {
	const text = query.get(name);
	if (text === undefined) throw new HttpError(404, `${name} is missing`);
	return parse(name, text);
}

/** Like `integer`, for an optional parameter: returns 0 if it is missing. */
export function integerOr0(query: Query, name: string): number {
	const text = query.get(name);
	return text === undefined ? 0 : parse(name, text);
}

function parse(name: string, text: string): number {
	const value = parseInt(text, 10);
	// The driver takes 32 bits.
	if (value !== (value | 0)) throw new HttpError(500, `${name} must be a whole number`);
	return value;
}
