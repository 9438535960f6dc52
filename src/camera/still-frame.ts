import { Frame } from "./frame.ts";

/** Pixels. */
export interface FrameDimensions {
	readonly width: number;
	readonly height: number;
}

const UNKNOWN_SIZE: FrameDimensions = Object.freeze({ width: 0, height: 0 });

/**
 * Makes a frame of a JPEG that does not come from a camera. It is in the script's own memory, which nobody takes back.
 *
 * @param timestamp Microseconds. Default: the wall clock, which on a board begins at 0 when it starts.
 */
export function stillFrame(
	jpeg: ArrayBuffer | Uint8Array,
	{ width, height } = UNKNOWN_SIZE,
	timestamp = Date.now() * 1_000,
): Frame {
	const buffer = jpeg instanceof Uint8Array ? bufferOf(jpeg) : jpeg;
	return new Frame(
		{ byteLength: buffer.byteLength, width, height, timestamp, close: nothing, detach: always },
		buffer,
	);
}

function bufferOf(view: Uint8Array): ArrayBuffer {
	const whole = view.byteLength === view.buffer.byteLength;
	return (whole ? view : view.slice()).buffer as ArrayBuffer;
}

function nothing(): void {}

/** The frame is in its own memory already. */
function always(): boolean {
	return true;
}
