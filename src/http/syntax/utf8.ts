/**
 * Decodes UTF-8. Returns undefined if the bytes are not UTF-8 (RFC 3629), or contain a NUL.
 *
 * XS itself accepts overlong forms, so that `%C0%AF` would become a "/" after every check for one. Its strings end at a
 * NUL, so that `a%00b` would become "a". So this checks the bytes first.
 */
export function utf8(bytes: Uint8Array): string | undefined {
	return bytes.indexOf(0) < 0 && isUtf8(bytes)
		? String.fromArrayBuffer(bytes.buffer, bytes.byteOffset, bytes.length)
		: undefined;
}

/** Decodes bytes that each stand for the character of that number. */
export function latin1(bytes: Uint8Array): string {
	const encoded = new Uint8Array(bytes.length * 2);
	let length = 0;
	for (let at = 0; at < bytes.length; at++) {
		const byte = bytes[at];
		if (byte < 0x80) encoded[length++] = byte;
		else {
			encoded[length++] = 0xc0 | (byte >> 6);
			encoded[length++] = 0x80 | (byte & 0x3f);
		}
	}
	return String.fromArrayBuffer(encoded.buffer, 0, length);
}

/** Reports whether the bytes are UTF-8 (RFC 3629), in which a NUL is valid too. */
export function isUtf8(bytes: Uint8Array): boolean {
	for (let at = 0; at < bytes.length; at++) {
		const first = bytes[at];
		if (first < 0x80) continue;
		// The range of the second byte excludes overlong forms, surrogates, and code points beyond Unicode.
		let low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
		let high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
		let count = first < 0xc2 || first > 0xf4 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
		if (count === 0) return false;
		for (; count > 0; count--) {
			const next = bytes[++at];
			if (!(next >= low && next <= high))
				// also if there is no byte
				return false;
			low = 0x80;
			high = 0xbf;
		}
	}
	return true;
}
