import { Query } from "../http/query.ts";
import type { Request } from "../http/request.ts";
import { utf8Of } from "../http/syntax/bytes.ts";
import { isHexDigits } from "../http/syntax/characters.ts";
import { hex, randomBytes, timingSafeEqual } from "./constant-time.ts";

/** Random bytes of a token. It is too long to guess, so attempts are not limited. */
const TOKEN_BYTES = 16;
/** Its digits. */
const LENGTH = 2 * TOKEN_BYTES;
/** The parameter that has it. */
const NAME = "token";

/**
 * Returns a new token for the addresses of pictures (`?token=…`), for pages that cannot send a password: browsers refuse
 * credentials in an image's URL. It shows pictures, and is good for nothing else.
 */
export function newPictureToken(): string {
	return hex(randomBytes(TOKEN_BYTES));
}

/** Reports whether a value can be such a token. */
export function isPictureToken(value: unknown): value is string {
	return typeof value === "string" && value.length === LENGTH && isHexDigits(value);
}

/**
 * Returns the first token in a request's address, or undefined if there is none. Dashboards and people append it with "?",
 * although there is a query already, and "?" and a time to it.
 */
export function pictureTokenOf({ query }: Request): string | undefined {
	const text = query.toString(),
		{ length } = text;
	for (let at = 0, end: number; at < length; at = end + 1) {
		const ampersand = text.indexOf("&", at),
			question = text.indexOf("?", at);
		end = Math.min(ampersand < 0 ? length : ampersand, question < 0 ? length : question);
		// Not one for each of a thousand separators.
		const value = end - at < NAME.length ? undefined : new Query(text.slice(at, end)).get(NAME);
		if (value !== undefined) return value;
	}
	return undefined;
}

/** Reports whether a request's address has this token. */
export function hasPictureToken(request: Request, token: string | undefined): boolean {
	const given = token === undefined ? undefined : pictureTokenOf(request);
	return given !== undefined && timingSafeEqual(utf8Of(token!), utf8Of(given));
}
