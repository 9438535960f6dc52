import { HttpError } from "yieldcam/http/http-error";

const LF = 10;
const CR = 13;
/** Bytes that are compared while looking for line ends: those of the heads, and one in 64. A JPEG has an LF in 256 bytes. */
const MIN_COMPARISONS = 4_000;
const BYTES_PER_COMPARISON = 64;

/** Reports whether bytes begin like a JPEG. */
export function beginsLikeJpeg(bytes: Uint8Array, at = 0): boolean {
	return bytes[at] === 0xff && bytes[at + 1] === 0xd8;
}

/**
 * Returns the JPEG in a form's content (multipart/form-data, RFC 7578): the first part that begins like one. It is a view, not a
 * copy. Undefined if there is none. Throws an HttpError 422 if the content has so many line ends that looking at them
 * would keep viewers waiting.
 *
 * Programs that write forms by hand end lines with LF alone, or leave out the last delimiter: then the part ends with the last
 * end of an image in it.
 *
 * @param type The Content-Type field, which has the boundary (RFC 2046, 5.1.1).
 */
export function jpegInForm(type: string, content: Uint8Array): Uint8Array | undefined {
	const boundary = boundaryOf(type);
	if (boundary === undefined) return undefined;
	const delimiter = bytesOf(`\n--${boundary}`),
		emptyLines = [bytesOf("\n\r\n"), bytesOf("\n\n")];
	let left = MIN_COMPARISONS + content.length / BYTES_PER_COMPARISON;
	const isAt = (at: number, pattern: Uint8Array): boolean => {
		const equal = equalBytes(content, at, pattern);
		// Parts that follow each other at once count as well.
		if ((left -= equal) < 0) throw new HttpError(422, "the form has too many line ends");
		return equal === pattern.length;
	};
	/** Returns the position of the first occurrence of one of the patterns, which begin with LF, and its length. */
	const find = (from: number, patterns: readonly Uint8Array[]): { at: number; length: number } | undefined => {
		for (let at = content.indexOf(LF, from); at >= 0; at = content.indexOf(LF, at + 1)) {
			const pattern = patterns.find((each) => isAt(at, each));
			if (pattern) return { at, length: pattern.length };
		}
		return undefined;
	};
	// The first delimiter has no line end of its own before it, unless something precedes the form.
	const begins = equalBytes(content, 0, delimiter.subarray(1)) === delimiter.length - 1;
	let next = begins ? { at: 0, length: delimiter.length - 1 } : find(0, [delimiter]);
	while (next) {
		const head = find(next.at + next.length, emptyLines);
		if (!head) return undefined;
		const start = head.at + head.length;
		// The line end before a delimiter belongs to it, and a part may be empty.
		next = find(start - 1, [delimiter]);
		if (!beginsLikeJpeg(content, start)) continue;
		if (!next) return content.subarray(start, endOfImage(content));
		return content.subarray(start, content[next.at - 1] === CR ? next.at - 1 : next.at);
	}
	return undefined;
}

/**
 * Returns the position after the last end of an image, or the end of the bytes. Throws an HttpError 422 if so many other bytes
 * look like half of one that looking at them would keep viewers waiting.
 */
function endOfImage(bytes: Uint8Array): number {
	let at = bytes.lastIndexOf(0xd9);
	for (let left = MIN_COMPARISONS; at > 0 && bytes[at - 1] !== 0xff; left--) {
		if (left === 0) throw new HttpError(422, "the form has no end of an image near its own");
		at = bytes.lastIndexOf(0xd9, at - 1);
	}
	return at > 0 ? at + 1 : bytes.length;
}

/** Returns the boundary, with blanks around its "=" or not; undefined if there is none. */
function boundaryOf(type: string): string | undefined {
	const lower = type.toLowerCase();
	for (let at = lower.indexOf("boundary"); at >= 0; at = lower.indexOf("boundary", at + 1)) {
		const rest = type.slice(at + 8).trimStart();
		if (!"; \t".includes(type.charAt(at - 1)) || !rest.startsWith("=")) continue;
		const value = rest.slice(1).trimStart();
		if (value.startsWith('"')) return value.slice(1, value.indexOf('"', 1));
		const end = value.indexOf(";");
		return (end < 0 ? value : value.slice(0, end)).trim();
	}
	return undefined;
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
