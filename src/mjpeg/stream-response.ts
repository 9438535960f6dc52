import type { Body } from "../http/body.ts";
import { Response } from "../http/response.ts";
import { PICTURE_FIELDS } from "./picture-fields.ts";
import type { Boundary } from "./boundary.ts";

/** Creates the response whose body is a stream of parts. */
export function streamResponse(parts: Body, { text }: Boundary): Response {
	return new Response(parts, {
		// VLC and ESPHome's clients fail on chunked coding, so the stream ends with the connection.
		framing: "close",
		headers: {
			"Content-Type": `multipart/x-mixed-replace;boundary=${text}`,
			...PICTURE_FIELDS,
		},
	});
}
