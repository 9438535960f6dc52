import type { Asker, Camera } from "../camera/camera.ts";
import type { Frame } from "../camera/frame.ts";
import { HttpError } from "../http/http-error.ts";
import { LentBody } from "../http/lent-body.ts";
import { Response } from "../http/response.ts";
import { noCache } from "./no-cache.ts";
import { seconds } from "./part.ts";

/** A fresh frame for the response to a request; an HttpError 503 says why there is none. */
export async function take(camera: Camera, request?: Asker): Promise<Frame> {
	try {
		return await camera.take(request);
	}
	catch (error) {
		throw new HttpError(503, (error as Error).message);
	}
}

/**
 * One frame as an image; the frame is the response's to release.
 *
 * @example
 * router.get("/capture", async request => snapshot(await take(camera, request)));
 */
export function snapshot(frame: Frame): Response {
	return new Response(new LentBody(frame.buffer, () => frame.release()), {
		headers: {
			"Content-Type": "image/jpeg",
			"Content-Length": String(frame.byteLength),
			"Content-Disposition": "inline; filename=capture.jpg",
			"X-Timestamp": seconds(frame.timestamp),
			...noCache,
		},
	});
}
