import { HttpError } from "../http/http-error.ts";
import type { Query } from "../http/query.ts";

/**
 * A parameter as CameraWebServer reads it, by atoi(): the whole number that the text begins with, so that
 * "12.0", which Home Assistant makes of a slider, is 12. Without the parameter 404, as there. What is no
 * number at all atoi() takes for 0: here it is refused, 500, rather than that something is set which
 * nobody asked for.
 */
export function integer(query: Query, name: string): number {
	const text = query.get(name);
	if (text === undefined) throw new HttpError(404, `${name} is missing`);
	const value = parseInt(text, 10);
	// The driver takes 32 bits.
	if (value !== (value | 0)) throw new HttpError(500, `${name} is a whole number`);
	return value;
}

/** The same, where the parameter need not be there: then it is 0. */
export function integerOr0(query: Query, name: string): number {
	return query.has(name) ? integer(query, name) : 0;
}
