import { JpegEncoder, type EncoderOptions } from "yieldcam/jpeg/encoder";

/** Bytes that look random and are the same everywhere. */
export function noise(count: number): Uint8Array {
	const bytes = new Uint8Array(count);
	let state = 1;
	for (let i = 0; i < count; i++) {
		// A linear congruential generator whose products stay exact (Park and Miller).
		state = (state * 16_807) % 2_147_483_647;
		bytes[i] = state >> 16;
	}
	return bytes;
}

/** Encodes a whole picture at once. */
export function encode(options: EncoderOptions, pixels: Uint8Array | Uint16Array): ArrayBuffer {
	const encoder = new JpegEncoder({ maxBytes: 1_000_000, ...options });
	const lineBytes = encoder.stripBytes / encoder.stripLines;
	const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
	while (encoder.line < encoder.height) encoder.encode(bytes.subarray(encoder.line * lineBytes));
	return encoder.finish();
}

/** FNV-1a, 32 bits. */
export function hash(buffer: ArrayBuffer): number {
	let hash = 0x811c9dc5;
	for (const byte of new Uint8Array(buffer)) hash = Math.imul(hash ^ byte, 0x01000193);
	return hash >>> 0;
}
