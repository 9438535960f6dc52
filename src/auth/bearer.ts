import { HttpError } from "../http/http-error.ts";
import type { Request } from "../http/request.ts";

/** Lets a request pass that has this bearer token (RFC 6750, 2.1); throws an HttpError 401 otherwise. */
export function requireBearer({ headers }: Request, token: string): void {
	const field = headers.get("authorization") ?? "";
	const scheme = "bearer ";
	const given = field.slice(0, scheme.length).toLowerCase() === scheme ? field.slice(scheme.length).trim() : "";
	if (!same(given, token))
		throw new HttpError(401, "the token is missing or wrong", { "WWW-Authenticate": "Bearer" });
}

/** Takes as long wherever they differ, so that nobody finds the token letter by letter. */
function same(given: string, token: string): boolean {
	let difference = given.length ^ token.length;
	for (let i = 0; i < given.length; i++)
		difference |= given.charCodeAt(i) ^ token.charCodeAt(i % token.length);
	return difference === 0 && token.length > 0;
}
