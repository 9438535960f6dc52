/**
 * Converts text between the UTF-8 of the wire and XS's own form. In that a NUL is C0 80, because its strings end at a
 * zero, and a surrogate without its other half is three bytes that begin with ED A0 80. XS 17 converts NULs in both
 * directions, npm's XS 13.3 in neither; this code is right for both.
 */
const NUL_LEAD = 0xc0;
const SURROGATE_LEAD = 0xed;

/** Encodes text as UTF-8. A lone surrogate becomes U+FFFD, as in browsers: otherwise the peer would close with 1007. */
export function encodeText(text: string): Uint8Array {
	const bytes = new Uint8Array(ArrayBuffer.fromString(text));
	if (bytes.indexOf(NUL_LEAD) < 0 && bytes.indexOf(SURROGATE_LEAD) < 0) return bytes;
	let length = 0;
	for (let at = 0; at < bytes.length; at++) {
		const byte = bytes[at];
		if (byte === NUL_LEAD) {
			bytes[length++] = 0;
			at++;
		} else if (byte === SURROGATE_LEAD && bytes[at + 1] >= 0xa0) {
			bytes[length++] = 0xef;
			bytes[length++] = 0xbf;
			bytes[length++] = 0xbd;
			at += 2;
		} else bytes[length++] = byte;
	}
	return bytes.subarray(0, length);
}

/** Decodes bytes that are known to be UTF-8. */
export function decodeText(bytes: Uint8Array): string {
	const xs = bytes.indexOf(0) < 0 ? bytes : withoutZeros(bytes);
	return String.fromArrayBuffer(xs.buffer, xs.byteOffset, xs.length);
}

function withoutZeros(bytes: Uint8Array): Uint8Array {
	let zeros = 0;
	for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) zeros++;
	const replaced = new Uint8Array(bytes.length + zeros);
	let length = 0;
	for (let at = 0; at < bytes.length; at++) {
		if (bytes[at] === 0) replaced[length++] = NUL_LEAD;
		replaced[length++] = bytes[at] || 0x80;
	}
	return replaced;
}
