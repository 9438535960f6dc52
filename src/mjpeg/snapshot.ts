import type { Camera } from "../camera/camera.ts";
import type { Frame } from "../camera/frame.ts";
import type { BodySource } from "../http/body.ts";
import { HttpError } from "../http/http-error.ts";
import { Response } from "../http/response.ts";
import { noCache } from "./no-cache.ts";
import { seconds } from "./part.ts";

/** A frame as a whole body; released when it has been sent, or when nobody is there to send it to. */
class FrameBody implements BodySource {
	#frame: Frame;
	#pulled = false;

	constructor(frame: Frame) {
		this.#frame = frame;
	}

	pull(): ArrayBuffer | null {
		if (this.#pulled)
			return null;
		this.#pulled = true;
		return this.#frame.buffer;
	}

	close(): void {
		this.#frame.release();
	}
}

/** A fresh frame for a response; an HttpError 503 says why there is none. */
export async function take(camera: Camera): Promise<Frame> {
	try {
		return await camera.take();
	}
	catch (error) {
		throw new HttpError(503, (error as Error).message);
	}
}

/**
 * One frame as an image; the frame is the response's to release.
 *
 * @example
 * router.get("/capture", async () => snapshot(await take(camera)));
 */
export function snapshot(frame: Frame): Response {
	return new Response(new FrameBody(frame), {
		headers: {
			"Content-Type": "image/jpeg",
			"Content-Length": String(frame.byteLength),
			"Content-Disposition": "inline; filename=capture.jpg",
			"X-Timestamp": seconds(frame.timestamp),
			...noCache,
		},
	});
}
