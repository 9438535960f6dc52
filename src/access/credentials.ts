import { fromBase64 } from "../http/base64.ts";
import { utf8 } from "../http/utf8.ts";

/** What an Authorization field says; undefined where that is nothing that is understood here. */
export type Credentials = { readonly user: string; readonly password: string } | { readonly token: string };

/** Basic (RFC 7617, in UTF-8) or Bearer (RFC 6750). */
export function credentialsOf(field: string): Credentials | undefined {
	const space = field.indexOf(" ");
	const text = field.slice(space + 1).trim();
	switch (space < 0 ? "" : field.slice(0, space).toLowerCase()) {
		case "basic": {
			const bytes = fromBase64(text);
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
