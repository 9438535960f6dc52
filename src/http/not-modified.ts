import type { HeadersInit } from "./headers.ts";
import type { Request } from "./request.ts";
import { Response } from "./response.ts";
import { someMember } from "./syntax/message-framing.ts";

/**
 * The answer to a client that has the representation already (RFC 9110, 15.4.5); undefined where it has not.
 *
 * @param headers What 200 would have sent of Cache-Control, Content-Location, ETag, Expires, Vary.
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
