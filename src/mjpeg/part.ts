import type { Frame } from "../camera/frame.ts";
import type { Bytes } from "../http/io.ts";

/** Must not itself begin with "--" (RFC 2046, 5.1.1, adds those); old examples that did broke their clients. */
export const BOUNDARY = "yieldcam-frame";

/** The first delimiter, before the first part: ffmpeg finds no stream without it. */
export const OPENING = ArrayBuffer.fromString(`--${BOUNDARY}\r\n`);
/** At once after a JPEG, not with the next one: a client that paints at the delimiter paints now. */
export const DELIMITER = ArrayBuffer.fromString(`\r\n--${BOUNDARY}\r\n`);

/** Microseconds as `seconds.micros`, which is how mjpg-streamer, uStreamer and CameraWebServer write a time. */
export function seconds(micros: number): string {
	return (Math.floor(micros) / 1_000_000).toFixed(6);
}

/**
 * A frame as a body part (RFC 2046, 5.1): made once, sent to any number of viewers. `first` is for
 * a viewer that has had none yet. Both are lists of buffers, so that the JPEG is not copied.
 */
export class Part {
	readonly frame: Frame;
	readonly next: readonly Bytes[];

	constructor(frame: Frame) {
		this.frame = frame;
		// By one call: at each + XS copies what it has so far.
		const head = "Content-Type: image/jpeg\r\nContent-Length: ".concat(
			String(frame.byteLength),
			"\r\nX-Timestamp: ",
			seconds(frame.timestamp),
			"\r\n\r\n",
		);
		this.next = [ArrayBuffer.fromString(head), frame.buffer, DELIMITER];
	}

	get first(): readonly Bytes[] {
		return [OPENING, ...this.next];
	}
}
