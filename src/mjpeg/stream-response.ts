import type { Body } from "../http/body.ts";
import { Response } from "../http/response.ts";
import { NO_CACHE } from "./no-cache.ts";
import { BOUNDARY } from "./part.ts";

/** The response whose body is a stream of parts. */
export function streamResponse(parts: Body): Response {
	return new Response(parts, {
		// Chunked coding is what VLC and ESPHome's clients choke on: the stream ends with the connection.
		framing: "close",
		headers: {
			"Content-Type": `multipart/x-mixed-replace;boundary=${BOUNDARY}`,
			...NO_CACHE,
		},
	});
}
