import type { Cancellable, Camera } from "../camera/camera.ts";
import type { Frame } from "../camera/frame.ts";
import { HttpError } from "../http/http-error.ts";
import { BorrowedBody } from "../http/borrowed-body.ts";
import { Response } from "../http/response.ts";
import { PICTURE_FIELDS } from "./picture-fields.ts";
import { listLength } from "../http/body.ts";
import { annotated } from "./exif.ts";
import { timestampOf } from "./part.ts";

/** A lamp that may flash while a frame is captured. */
export interface Flash {
	flash<T>(take: () => Promise<T>): Promise<T>;
}

/** Takes a fresh frame for the response to a request. Rejects with an HttpError 503 that says why there is none. */
export function take(camera: Camera, request?: Cancellable, lamp?: Flash): Promise<Frame> {
	// Neither this nor its callers are async functions, which take sixty slots each while they wait.
	const captured = lamp ? lamp.flash(() => camera.capture(request)) : camera.capture(request);
	return captured.catch((error: Error) => {
		throw new HttpError(503, error.message);
	});
}

/**
 * Creates a response with one frame as an image, which says when it was taken if the device knows the time. The response
 * releases the frame.
 *
 * @param turns Quarter turns clockwise that viewers should make, by a note in the image: see `annotated`.
 * @example
 * router.get("/capture", request => take(camera, request).then(snapshot));
 */
export function snapshot(frame: Frame, turns = 0): Response {
	const { buffer, time } = frame,
		pieces = turns || time !== undefined ? annotated(buffer, turns, time) : undefined,
		added = pieces ? listLength(pieces) - buffer.byteLength : 0;
	return new Response(new BorrowedBody(buffer, () => frame.release(), pieces), {
		headers: {
			"Content-Type": "image/jpeg",
			"Content-Length": String(frame.byteLength + added),
			"Content-Disposition": "inline; filename=capture.jpg",
			"X-Timestamp": timestampOf(frame),
			...PICTURE_FIELDS,
		},
	});
}
