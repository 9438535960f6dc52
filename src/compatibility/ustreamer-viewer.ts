import type { Camera } from "../camera/camera.ts";
import type { Frame } from "../camera/frame.ts";
import { lowerCase } from "../http/syntax/scan.ts";
import { HttpError } from "../http/http-error.ts";
import type { Bytes } from "../http/io.ts";
import type { Query } from "../http/query.ts";
import { listLength } from "../http/body.ts";
import { annotated } from "../mjpeg/exif.ts";
import { turnsFor, wantsOrientation } from "../mjpeg/orientation-query.ts";
import { type Part, seconds } from "../mjpeg/part.ts";
import type { PartWriter } from "../mjpeg/part-writer.ts";
import type { Viewer } from "../mjpeg/viewer.ts";

/** Maximum characters of a key, which stays in memory as long as its viewer is connected. PiKVM's have 16. */
const MAX_KEY_LENGTH = 64;

/** What a viewer asked for in the query of `/stream`, as of uStreamer's, and the parts that result from it. */
export class UstreamerViewer implements PartWriter {
	/** Identifies the viewer to itself; undefined if it sent none. */
	readonly key: string | undefined;
	/** Whether each part has X-UStreamer-* fields. */
	readonly extraHeaders: boolean;
	/**
	 * Whether a part's fields follow directly after the part before it, and so without a length: Blink paints a
	 * picture only when the fields of the next one arrive (https://crbug.com/527446).
	 */
	readonly advanceHeaders: boolean;
	/** Whether each picture says how to turn it. */
	readonly #oriented: boolean;
	readonly #camera: Camera;

	/** Throws an HttpError if the key is too long, or the orientation unknown. */
	constructor(query: Query, camera: Camera) {
		const key = query.get("key");
		if (key !== undefined && key.length > MAX_KEY_LENGTH)
			throw new HttpError(400, `key has at most ${MAX_KEY_LENGTH} characters`);
		// As in uStreamer: this makes the key safe for a cookie and for JSON.
		this.key = key === undefined ? undefined : encodeURIComponent(key);
		this.extraHeaders = isTrue(query.get("extra_headers"));
		this.advanceHeaders = isTrue(query.get("advance_headers"));
		this.#oriented = wantsOrientation(query);
		this.#camera = camera;
	}

	/** Reports whether the viewer asked for any of these. */
	get special(): boolean {
		return this.key !== undefined || this.extraHeaders || this.advanceHeaders || this.#oriented;
	}

	write(part: Part, viewer: Viewer): readonly Bytes[] {
		const { frame } = part,
			{ boundary } = viewer;
		const first = viewer.sent === 0,
			picture = annotated(frame.buffer, turnsFor(this.#oriented, this.#camera));
		if (!this.advanceHeaders && !this.extraHeaders && picture.length === 1)
			return first ? part.first(boundary) : part.next;
		const fields = ArrayBuffer.fromString(this.fields(frame, listLength(picture), viewer)),
			head: Bytes[] = first ? [boundary.opening, fields] : [fields],
			rest = picture.concat(boundary.delimiter);
		if (!this.advanceHeaders) return head.concat(rest);
		rest.push(fields);
		return first ? head.concat(rest) : rest;
	}

	/**
	 * Returns a part's fields. With `extraHeaders`, these are all that uStreamer sends, in its order. Its X-Timestamp is the time of sending; here that is
	 * on the same clock as the rest, because a board may not know the time of day. The sensor encodes while it
	 * captures, so everything from the end of the capture to the exposure is the same moment. No frame is dropped
	 * for being equal to the one before.
	 */
	private fields(frame: Frame, length: number, viewer: Viewer): string {
		const { clock, now, arrived } = this.#camera,
			{ offset } = clock;
		const sent = seconds(now + offset),
			whole = seconds(arrived + offset),
			begun = seconds(frame.timestamp + offset);
		if (this.advanceHeaders) return `Content-Type: image/jpeg\r\nX-Timestamp: ${sent}\r\n\r\n`;
		if (!this.extraHeaders)
			return `Content-Type: image/jpeg\r\nContent-Length: ${length}\r\nX-Timestamp: ${begun}\r\n\r\n`;
		return [
			"Content-Type: image/jpeg",
			`Content-Length: ${length}`,
			`X-Timestamp: ${sent}`,
			"X-UStreamer-Online: true",
			"X-UStreamer-Dropped: 0",
			`X-UStreamer-Width: ${frame.width}`,
			`X-UStreamer-Height: ${frame.height}`,
			`X-UStreamer-Client-FPS: ${Math.round(viewer.rate(now))}`,
			`X-UStreamer-Grab-Begin-Time: ${begun}`,
			`X-UStreamer-Grab-End-Time: ${whole}`,
			`X-UStreamer-Encode-Begin-Time: ${whole}`,
			`X-UStreamer-Encode-End-Time: ${whole}`,
			`X-UStreamer-Expose-Begin-Time: ${whole}`,
			`X-UStreamer-Expose-Cmp-Time: ${whole}`,
			`X-UStreamer-Expose-End-Time: ${whole}`,
			`X-UStreamer-Send-Time: ${sent}`,
			`X-UStreamer-Latency: ${seconds(now - frame.timestamp)}`,
			"\r\n",
		].join("\r\n");
	}
}

/** Accepts what uStreamer takes for yes (us_evkeyvalq_get_true). */
function isTrue(text = ""): boolean {
	const lower = lowerCase(text);
	return lower.startsWith("1") || lower === "true" || lower === "yes";
}
