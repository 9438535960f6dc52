import type { HeadersInit } from "./headers.ts";
import type { Request } from "./request.ts";
import { Response } from "./response.ts";
import { someMember } from "./syntax/message-framing.ts";

/**
 * Returns the 304 response for a client that already has the representation (RFC 9110, 15.4.5), or undefined if it does
 * not.
 *
 * @param headers Of the fields Cache-Control, Content-Location, ETag, Expires and Vary, those that a 200 would have.
 */
export function notModified(request: Request, etag: string, headers: HeadersInit): Response | undefined {
	return matches(request.headers.get("if-none-match"), etag)
		? new Response(null, { status: 304, headers })
		: undefined;
}

/** If-None-Match compares weakly: caches on the way may have weakened the tag (RFC 9110, 13.1.2 and 8.8.3.2). */
function matches(field: string | undefined, etag: string): boolean {
	return field !== undefined && someMember(field, (tag) => tag === "*" || opaque(tag) === opaque(etag));
}

function opaque(tag: string): string {
	return tag.startsWith("W/") ? tag.slice(2) : tag;
}
