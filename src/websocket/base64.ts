const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Bytes in base64, padded (RFC 4648, 4). XS 17 has Uint8Array.prototype.toBase64; npm's XS, which the simulator runs on, has not. */
export function base64(bytes: Uint8Array): string {
	let text = "";
	for (let at = 0; at < bytes.length; at += 3) {
		const left = bytes.length - at;
		const group = (bytes[at] << 16) | ((left > 1 ? bytes[at + 1] : 0) << 8) | (left > 2 ? bytes[at + 2] : 0);
		text += ALPHABET[group >> 18] + ALPHABET[(group >> 12) & 63]
			+ (left > 1 ? ALPHABET[(group >> 6) & 63] : "=") + (left > 2 ? ALPHABET[group & 63] : "=");
	}
	return text;
}

/** Whether text is the base64 of so many bytes. */
export function isBase64(text: string, length: number): boolean {
	const digits = Math.ceil(length * 4 / 3);
	if (text.length !== Math.ceil(length / 3) * 4)
		return false;
	for (let at = 0; at < text.length; at++) {
		if (at < digits ? !ALPHABET.includes(text[at]) : text[at] !== "=")
			return false;
	}
	return true;
}
