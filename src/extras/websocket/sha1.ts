/** Bytes of a block, and the number of words it expands to. */
const BLOCK = 64;
const WORDS = 80;

/**
 * Returns the SHA-1 of bytes (RFC 3174), 20 bytes. It is for the opening handshake only, where it proves no more than
 * that the server speaks the protocol (RFC 6455, 10.8). XS itself has no digest, and the SDK's are native code, which
 * the simulator on npm's XS does not have.
 */
export function sha1(bytes: Uint8Array): Uint8Array {
	const padded = pad(bytes);
	const hash = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
	const words: number[] = [];
	for (let at = 0; at < padded.length; at += BLOCK) mix(hash, padded, at, words);
	const digest = new Uint8Array(20);
	hash.forEach((word, index) => put(digest, index * 4, word));
	return digest;
}

/** Pads with a one bit, zeros, and the length in bits (RFC 3174, 4); 32 of its 64 bits are enough here. */
function pad(bytes: Uint8Array): Uint8Array {
	const padded = new Uint8Array((((bytes.length + 8) >>> 6) + 1) * BLOCK);
	padded.set(bytes);
	padded[bytes.length] = 0x80;
	put(padded, padded.length - 4, bytes.length * 8);
	return padded;
}

/** RFC 3174, 6.1. */
function mix(hash: number[], bytes: Uint8Array, offset: number, words: number[]): void {
	for (let t = 0; t < WORDS; t++) {
		const at = offset + t * 4;
		words[t] =
			t < 16
				? (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]
				: rotate(words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16], 1);
	}
	let [a, b, c, d, e] = hash;
	for (let t = 0; t < WORDS; t++) {
		const sum = (rotate(a, 5) + choose(t, b, c, d) + e + words[t]) | 0;
		e = d;
		d = c;
		c = rotate(b, 30);
		b = a;
		a = sum;
	}
	hash[0] = (hash[0] + a) | 0;
	hash[1] = (hash[1] + b) | 0;
	hash[2] = (hash[2] + c) | 0;
	hash[3] = (hash[3] + d) | 0;
	hash[4] = (hash[4] + e) | 0;
}

/** RFC 3174, 5: the function of step t, plus its constant. */
function choose(t: number, b: number, c: number, d: number): number {
	if (t < 20) return ((b & c) | (~b & d)) + 0x5a827999;
	if (t < 40) return (b ^ c ^ d) + 0x6ed9eba1;
	if (t < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
	return (b ^ c ^ d) + 0xca62c1d6;
}

function rotate(word: number, count: number): number {
	return (word << count) | (word >>> (32 - count));
}

function put(bytes: Uint8Array, at: number, word: number): void {
	for (let i = 0; i < 4; i++) bytes[at + i] = word >>> (24 - i * 8);
}
