const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * Encodes bytes in base64, padded (RFC 4648, 4). XS 17 has Uint8Array.prototype.toBase64; npm's XS, which the simulator
 * runs on, does not.
 */
export function base64(bytes: Uint8Array): string {
	let text = "";
	for (let at = 0; at < bytes.length; at += 3) {
		const left = bytes.length - at;
		// Undefined, beyond the end, counts as 0.
		const group = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
		text +=
			ALPHABET[group >> 18] +
			ALPHABET[(group >> 12) & 63] +
			(left > 1 ? ALPHABET[(group >> 6) & 63] : "=") +
			(left > 2 ? ALPHABET[group & 63] : "=");
	}
	return text;
}

/** Decodes base64 (RFC 4648, 4). Returns undefined if the text is not base64. Padding may be missing. */
export function fromBase64(text: string): Uint8Array | undefined {
	let end = text.length;
	while (end > text.length - 2 && text[end - 1] === "=") end--;
	const bytes = new Uint8Array((end * 3) >> 2);
	let bits = 0;
	for (let at = 0; at < end; at++) {
		const digit = ALPHABET.indexOf(text[at]);
		if (digit < 0) return undefined;
		bits = ((bits << 6) | digit) & 0xffffff;
		if (at & 3) bytes[(at * 3) >> 2] = bits >> (6 - 2 * (at & 3));
	}
	return end % 4 === 1 ? undefined : bytes;
}

/** Reports whether text is the padded base64 of `length` bytes. */
export function isBase64(text: string, length: number): boolean {
	return text.length === Math.ceil(length / 3) * 4 && fromBase64(text)?.length === length;
}
