import type { Frame } from "../camera/frame.ts";
import { LentBody } from "../http/lent-body.ts";
import { Response } from "../http/response.ts";
import { noCache } from "./no-cache.ts";
import { timestamp } from "./part.ts";

/**
 * One frame as an image; the frame is the response's to release.
 *
 * @example
 * router.get("/capture", async () => snapshot(await camera.take()));
 */
export function snapshot(frame: Frame): Response {
	return new Response(new LentBody(frame.buffer, () => frame.release()), {
		headers: {
			"Content-Type": "image/jpeg",
			"Content-Length": String(frame.byteLength),
			"Content-Disposition": "inline; filename=capture.jpg",
			"X-Timestamp": timestamp(frame),
			...noCache,
		},
	});
}
