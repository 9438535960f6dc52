import { HttpError } from "yieldcam/http/http-error";

const CR = 13;
/** Bytes that are compared while looking for line ends: those of the heads, and one in 64. A JPEG has a CR in 256 bytes. */
const MIN_COMPARISONS = 4_000;
const BYTES_PER_COMPARISON = 64;

/**
 * Returns the JPEG in a form's content (multipart/form-data, RFC 7578): the first part that begins like one. It is a view, not a
 * copy. Undefined if there is none. Throws an HttpError 422 if the content has so many line ends that looking at them
 * would keep viewers waiting.
 *
 * @param type The Content-Type field, which has the boundary (RFC 2046, 5.1.1).
 */
export function jpegInForm(type: string, content: Uint8Array): Uint8Array | undefined {
	const boundary = boundaryOf(type);
	if (boundary === undefined) return undefined;
	const delimiter = bytesOf(`\r\n--${boundary}`),
		headEnd = bytesOf("\r\n\r\n");
	let left = MIN_COMPARISONS + content.length / BYTES_PER_COMPARISON;
	/** Returns the position after the first occurrence of a pattern that begins with CR, or -1. */
	const after = (from: number, pattern: Uint8Array): number => {
		for (let at = content.indexOf(CR, from); at >= 0; at = content.indexOf(CR, at + 1)) {
			const equal = equalBytes(content, at, pattern);
			// Parts that follow each other at once count as well.
			if ((left -= equal) < 0) throw new HttpError(422, "the form has too many line ends");
			if (equal === pattern.length) return at + equal;
		}
		return -1;
	};
	// The first delimiter has no line end of its own before it, unless something precedes the form.
	const begins = equalBytes(content, 0, delimiter.subarray(2)) === delimiter.length - 2;
	let at = begins ? delimiter.length - 2 : after(0, delimiter);
	while (at >= 0) {
		const start = after(at, headEnd);
		if (start < 0) return undefined;
		const next = after(start, delimiter);
		if (next < 0) return undefined;
		if (content[start] === 0xff && content[start + 1] === 0xd8)
			return content.subarray(start, next - delimiter.length);
		at = next;
	}
	return undefined;
}

function boundaryOf(type: string): string | undefined {
	const start = type.toLowerCase().indexOf("boundary=");
	if (start < 0) return undefined;
	const value = type.slice(start + 9);
	if (value.startsWith('"')) return value.slice(1, value.indexOf('"', 1));
	const end = value.indexOf(";");
	return (end < 0 ? value : value.slice(0, end)).trim();
}

/** Returns how many bytes from `at` on are those of the pattern. */
function equalBytes(bytes: Uint8Array, at: number, pattern: Uint8Array): number {
	let count = 0;
	while (count < pattern.length && bytes[at + count] === pattern[count]) count++;
	return count;
}

function bytesOf(text: string): Uint8Array {
	return new Uint8Array(ArrayBuffer.fromString(text));
}
