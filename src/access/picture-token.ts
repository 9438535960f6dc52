import type { Request } from "../http/request.ts";
import { utf8Of } from "../http/syntax/bytes.ts";
import { indexOfEither, isHexDigits } from "../http/syntax/characters.ts";
import { hex, randomBytes, timingSafeEqual } from "./constant-time.ts";

/** Random bytes of a token. It is too long to guess, so attempts are not limited. */
const TOKEN_BYTES = 16;
/** Its digits. */
const LENGTH = 2 * TOKEN_BYTES;

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
 * Reports whether a request's address has this token. Dashboards and people append it with "?", although there is a query
 * already, and "?" and a time to it.
 */
export function hasPictureToken({ query }: Request, token: string | undefined): boolean {
	const text = `?${query.toString()}`,
		name = indexOfEither(text, "?token=", "&token="),
		at = name + 7,
		end = at + LENGTH;
	return (
		token !== undefined &&
		name >= 0 &&
		"?&".includes(text.charAt(end)) &&
		timingSafeEqual(utf8Of(token), utf8Of(text.slice(at, end)))
	);
}
