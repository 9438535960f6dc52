import type { Frame } from "../camera/frame.ts";
import type { Bytes } from "../http/io.ts";
import type { Boundary } from "./boundary.ts";

/** Formats microseconds as `seconds.micros`, as mjpg-streamer, uStreamer and CameraWebServer write a time. */
export function seconds(micros: number): string {
	return (Math.floor(micros) / 1_000_000).toFixed(6);
}

/** Returns the value of X-Timestamp: when the frame was taken, since 1970 (UTC), or since the start while that is unknown. */
export function timestampOf({ time, timestamp }: Frame): string {
	return seconds(time ?? timestamp);
}

/**
 * A frame as a body part (RFC 2046, 5.1), made once and sent to any number of viewers. `first` is for a viewer that has
 * received none yet. Both are lists of buffers, so that the JPEG is not copied.
 */
export class Part {
	readonly frame: Frame;
	readonly next: readonly [head: Bytes, picture: Bytes, delimiter: Bytes];
	/** Bytes of `next`. */
	readonly size: number;

	constructor(frame: Frame, { delimiter }: Boundary) {
		this.frame = frame;
		// In one call: at each + XS copies what it has so far.
		const head = "Content-Type: image/jpeg\r\nContent-Length: ".concat(
			String(frame.byteLength),
			"\r\nX-Timestamp: ",
			timestampOf(frame),
			"\r\n\r\n",
		);
		const bytes = ArrayBuffer.fromString(head);
		this.next = [bytes, frame.buffer, delimiter];
		this.size = bytes.byteLength + frame.byteLength + delimiter.byteLength;
	}

	/** The part as the first one of a viewer. */
	first({ opening }: Boundary): readonly Bytes[] {
		return [opening, ...this.next];
	}
}
