/** Bytes in a block, and in a digest. */
const BLOCK = 64;
const DIGEST = 32;

/** FIPS 180-4, 4.2.2: from the cube roots of the first 64 primes. As signed numbers, with which XS computes faster. */
const K: readonly number[] = Object.freeze(
	[
		0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
		0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
		0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
		0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
		0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
		0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
		0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
		0xc67178f2,
	].map((word) => word | 0),
);

const INITIAL: readonly number[] = Object.freeze(
	[0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19].map(
		(word) => word | 0,
	),
);

/**
 * Returns the SHA-256 of bytes (FIPS 180-4), 32 bytes. XS itself has no digest, and the SDK's are natives that the
 * simulator over npm's XS does not have.
 */
export function sha256(bytes: Uint8Array): Uint8Array {
	return bytesOf(finish(INITIAL, bytes, 0));
}

/** HMAC-SHA-256 (RFC 2104) with one key, which is processed once. */
export class Hmac {
	readonly #inner: readonly number[];
	readonly #outer: readonly number[];

	constructor(key: Uint8Array) {
		const block = new Uint8Array(BLOCK);
		block.set(key.length > BLOCK ? sha256(key) : key);
		this.#inner = start(block, 0x36);
		this.#outer = start(block, 0x5c);
	}

	/** Returns 32 bytes. */
	digest(bytes: Uint8Array): Uint8Array {
		return bytesOf(this.words(bytes));
	}

	/**
	 * Returns half of the HMAC: the hash of the key's block and the bytes, 32 bytes, for a third of the work. Use it
	 * only for what is never shown to anybody, since someone who knows one could extend it to longer messages.
	 */
	half(bytes: Uint8Array): Uint8Array {
		return bytesOf(finish(this.#inner, bytes, BLOCK));
	}

	/** Returns the digest as eight numbers of 32 bits. */
	words(bytes: Uint8Array): number[] {
		return this.close(finish(this.#inner, bytes, BLOCK));
	}

	/** Returns the digest of a digest, the step of PBKDF2, without padding again. */
	again(digest: readonly number[]): number[] {
		return this.close(mixDigest(this.#inner, digest));
	}

	private close(inner: readonly number[]): number[] {
		return mixDigest(this.#outer, inner);
	}
}

/** Returns words as bytes, big-endian, as digests are written. */
export function bytesOf(words: readonly number[]): Uint8Array {
	const bytes = new Uint8Array(words.length * 4);
	for (let at = 0; at < bytes.length; at++) bytes[at] = words[at >> 2] >>> (24 - (at & 3) * 8);
	return bytes;
}

/** Returns the state after a key's block. */
function start(block: Uint8Array, pad: number): number[] {
	const state = [...INITIAL];
	mix(
		state,
		wordsAt(
			block.map((byte) => byte ^ pad),
			0,
		),
	);
	return state;
}

/** Processes the end of a message, of which `before` bytes are already in the state. */
function finish(state: readonly number[], bytes: Uint8Array, before: number): number[] {
	const padded = new Uint8Array((((bytes.length + 8) >>> 6) + 1) * BLOCK);
	padded.set(bytes);
	padded[bytes.length] = 0x80;
	// Of the length's 64 bits, 32 are plenty here.
	padded.set(bytesOf([(bytes.length + before) * 8]), padded.length - 4);
	const result = [...state];
	for (let at = 0; at < padded.length; at += BLOCK) mix(result, wordsAt(padded, at));
	return result;
}

/** Processes one block: that of a digest after a block of key. */
function mixDigest(state: readonly number[], digest: readonly number[]): number[] {
	const result = [...state];
	mix(result, [...digest, 0x80000000 | 0, 0, 0, 0, 0, 0, 0, (BLOCK + DIGEST) * 8]);
	return result;
}

function wordsAt(bytes: Uint8Array, offset: number): number[] {
	const words: number[] = [];
	for (let at = offset; at < offset + BLOCK; at += 4)
		words.push((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]);
	return words;
}

/** FIPS 180-4, 6.2.2, over 16 words, which become 64. */
function mix(state: number[], words: number[]): void {
	let a = state[0],
		b = state[1],
		c = state[2],
		d = state[3],
		e = state[4],
		f = state[5],
		g = state[6],
		h = state[7];
	for (let t = 0; t < 64; t++) {
		let word: number;
		if (t < 16) word = words[t];
		else {
			const x = words[t - 15],
				y = words[t - 2];
			word = words[t] =
				(words[t - 16] +
					words[t - 7] +
					(((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) +
					(((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) |
				0;
		}
		const t1 =
			h +
			(((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))) +
			(g ^ (e & (f ^ g))) +
			K[t] +
			word;
		const t2 =
			(((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) + ((a & b) | (c & (a | b)));
		h = g;
		g = f;
		f = e;
		e = (d + t1) | 0;
		d = c;
		c = b;
		b = a;
		a = (t1 + t2) | 0;
	}
	state[0] = (state[0] + a) | 0;
	state[1] = (state[1] + b) | 0;
	state[2] = (state[2] + c) | 0;
	state[3] = (state[3] + d) | 0;
	state[4] = (state[4] + e) | 0;
	state[5] = (state[5] + f) | 0;
	state[6] = (state[6] + g) | 0;
	state[7] = (state[7] + h) | 0;
}
