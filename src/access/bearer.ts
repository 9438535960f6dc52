import { utf8Of } from "../http/syntax/bytes.ts";
import { HttpError } from "../http/http-error.ts";
import type { Request } from "../http/request.ts";
import { credentialsOf } from "./credentials.ts";
import { timingSafeEqual } from "./constant-time.ts";

/**
 * Checks that a request has this bearer token (RFC 6750, 2.1). Throws an HttpError 401 otherwise. An empty token admits
 * nobody.
 */
export function requireBearer({ headers }: Request, token: string): void {
	const credentials = credentialsOf(headers.get("authorization") ?? "");
	if (
		token === "" ||
		!credentials ||
		!("token" in credentials) ||
		!timingSafeEqual(utf8Of(token), utf8Of(credentials.token))
	)
		throw new HttpError(401, "the token is missing or wrong", { "WWW-Authenticate": "Bearer" });
}
