import { Frame } from "./frame.ts";

/** Pixels. */
export interface FrameDimensions {
	readonly width: number;
	readonly height: number;
}

const UNKNOWN_SIZE: FrameDimensions = Object.freeze({ width: 0, height: 0 });

/**
 * A JPEG that comes from no camera, as a frame: in memory of the script's own, which nobody takes back.
 *
 * @param timestamp Microseconds; of the wall clock unless told, which on a board begins with its start.
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

/** It is in memory of its own already. */
function always(): boolean {
	return true;
}
