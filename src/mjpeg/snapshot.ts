import type { Frame } from "../camera/frame.ts";
import type { BodySource } from "../http/body.ts";
import { Response } from "../http/response.ts";
import { noCache } from "./no-cache.ts";
import { timestamp } from "./part.ts";

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

/**
 * One frame as an image; the frame is the response's to release.
 *
 * @example
 * router.get("/capture", async () => snapshot(await camera.take()));
 */
export function snapshot(frame: Frame): Response {
	return new Response(new FrameBody(frame), {
		headers: {
			"Content-Type": "image/jpeg",
			"Content-Length": String(frame.byteLength),
			"Content-Disposition": "inline; filename=capture.jpg",
			"X-Timestamp": timestamp(frame),
			...noCache,
		},
	});
}
