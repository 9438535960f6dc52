import { trimBlanks } from "../http/syntax/ascii.ts";
import { lowerCase } from "../http/syntax/scan.ts";
import { fromBase64 } from "../http/syntax/base64.ts";
import { isBase64Text, isHexDigits } from "../http/syntax/characters.ts";
import { utf8 } from "../http/syntax/utf8.ts";

/** The contents of an Authorization field; undefined if its scheme or its content is not understood here. */
export type Credentials = { readonly user: string; readonly password: string } | { readonly token: string };

/** Characters of the base64 of "viewer:", or of "admin:" with padding, and the longest password, of 128 bytes. */
const BASIC_LENGTH = 180;
/** Most characters of a Basic or Bearer field, with some blanks after the scheme. */
export const MAX_FIELD_LENGTH = 200;
/**
 * "admin:" and "viewer:" in base64. The last two bits of "viewer:" are in a character from g to v, with four of the
 * password's.
 */
const ADMIN = "YWRtaW46";
const VIEWER = "dmlld2VyO";
/** A token is a role, a dot, and 32 bytes in hexadecimal. */
const TOKEN_DIGITS = 64;

/** Parses Basic (RFC 7617, in UTF-8) or Bearer (RFC 6750). */
export function credentialsOf(field: string): Credentials | undefined {
	const text = parameterOf(field);
	switch (schemeOf(field)) {
		case "basic": {
			const bytes = text.length <= BASIC_LENGTH ? fromBase64(text) : undefined;
			const pair = bytes && utf8(bytes);
			const colon = pair === undefined ? -1 : pair.indexOf(":");
			return colon < 0 ? undefined : { user: pair!.slice(0, colon), password: pair!.slice(colon + 1) };
		}
		case "bearer":
			return { token: text };
		default:
			return undefined;
	}
}

/**
 * Reports whether a field may be what the admin or the viewer sends, by Basic or Bearer. It checks the field without
 * decoding it, since strangers send more of them.
 */
export function mayBeCredentials(field: string): boolean {
	const text = parameterOf(field);
	switch (schemeOf(field)) {
		case "basic":
			return (
				text.length <= BASIC_LENGTH &&
				isBase64Text(text) &&
				(text.startsWith(ADMIN)
					? text.length < BASIC_LENGTH || text.endsWith("=")
					: text.startsWith(VIEWER) && text.charAt(VIEWER.length) >= "g" && text.charAt(VIEWER.length) <= "v")
			);
		case "bearer": {
			const start = text.length - TOKEN_DIGITS;
			return (
				(text.startsWith("admin.") ? start === 6 : text.startsWith("viewer.") && start === 7) &&
				isHexDigits(text.slice(start))
			);
		}
		default:
			return false;
	}
}

/** Returns the scheme of an Authorization field (RFC 9110, 11.4) in lower case, or "" if nothing follows it. */
export function schemeOf(field: string): string {
	const space = field.indexOf(" ");
	return space < 0 ? "" : lowerCase(field.slice(0, space));
}

/** Returns what follows the scheme. */
export function parameterOf(field: string): string {
	return trimBlanks(field.slice(field.indexOf(" ") + 1));
}
