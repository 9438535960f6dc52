import { unavailable } from "../http/http-error.ts";
import type { Request } from "../http/request.ts";
import { Response } from "../http/response.ts";

/** GET returns the last lines of the log as text. Only the admin may read them, as in `accessControl`. */
export const LOG = "/api/log";

/** Bytes that the lines may take (hosts/common/log-tail.c), and their buffer. */
const BYTES = 4_608;

export function respondWithLog(request: Request, tail: () => ArrayBuffer): Response {
	if (!request.freeMemory(BYTES)) throw unavailable();
	return new Response(tail(), { headers: { "Content-Type": "text/plain; charset=utf-8" } });
}
