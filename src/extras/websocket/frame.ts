import type { Block } from "yieldcam/http/body";
import { view } from "yieldcam/http/syntax/bytes";
import type { Bytes } from "yieldcam/http/io";
import { encodeText } from "./text.ts";

// Opcodes (RFC 6455, 11.8).
export const CONTINUATION = 0x0;
export const TEXT = 0x1;
export const BINARY = 0x2;
export const CLOSE = 0x8;
export const PING = 0x9;
export const PONG = 0xa;

/** Maximum payload of a control frame, in bytes (RFC 6455, 5.5). */
export const CONTROL_LENGTH = 125;

/** Up to this many bytes of payload, header and payload become one buffer, and so one write. */
const SMALL = 1_024;

/**
 * Encodes an unfragmented frame to a client (RFC 6455, 5.2). A large payload is lent, as a camera's buffer must be; a
 * small one is copied.
 */
export function encodeFrame(opcode: number, payload: Bytes): Block {
	const length = payload.byteLength;
	const header = [0x80 | opcode];
	if (length <= 125) header.push(length);
	else if (length <= 0xffff) header.push(126, length >> 8, length & 0xff);
	else
		// no buffer reaches 4 GiB
		header.push(127, 0, 0, 0, 0, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff);
	if (length > SMALL) return [Uint8Array.from(header), payload];
	const whole = new Uint8Array(header.length + length);
	whole.set(header);
	if (length > 0) whole.set(view(payload, 0, length), header.length);
	return whole;
}

/** Reports whether a Close frame has room for this reason. */
export function isReason(text: string): boolean {
	return encodeText(text).length <= CONTROL_LENGTH - 2;
}

/** Encodes a Close frame; an empty one if there is no code. */
export function closeFrame(code?: number, reason = ""): Block {
	if (code === undefined) return encodeFrame(CLOSE, new Uint8Array(0));
	const text = encodeText(reason);
	const payload = new Uint8Array(2 + text.length);
	payload[0] = code >> 8;
	payload[1] = code & 0xff;
	payload.set(text, 2);
	return encodeFrame(CLOSE, payload);
}
