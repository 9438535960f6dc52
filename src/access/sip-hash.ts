import { utf8Of } from "../http/syntax/bytes.ts";

/**
 * HalfSipHash-2-4 (Aumasson and Bernstein): 32 bits of a short text. Nobody who does not know the key can find two
 * texts with the same hash. It takes a sixth of the work of a block of SHA-256.
 */
export function sipHash(text: string, key0: number, key1: number): number {
	const bytes = utf8Of(text),
		{ length } = bytes;
	let v0 = key0,
		v1 = key1,
		v2 = key0 ^ 0x6c796765,
		v3 = key1 ^ 0x74656462;
	const last = length & ~3;
	for (let at = 0; ; at += 4) {
		// The last word has the length in its highest byte, and at most three bytes of the text.
		const word =
			bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | ((at < last ? bytes[at + 3] : length) << 24);
		v3 ^= word;
		for (let round = 0; round < 6; round++) {
			if (round === 2) {
				v0 ^= word;
				if (at < last) break;
				v2 ^= 0xff;
			}
			v0 = (v0 + v1) | 0;
			v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
			v0 = (v0 << 16) | (v0 >>> 16);
			v2 = (v2 + v3) | 0;
			v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
			v0 = (v0 + v3) | 0;
			v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
			v2 = (v2 + v1) | 0;
			v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
			v2 = (v2 << 16) | (v2 >>> 16);
		}
		if (at >= last) return (v1 ^ v3) >>> 0;
	}
}
