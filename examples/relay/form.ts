const CR = 13;

/**
 * Returns the JPEG in a form's content (multipart/form-data, RFC 7578): the first part that begins like one. It is a view, not a
 * copy. Undefined if there is none.
 *
 * @param type The Content-Type field, which has the boundary (RFC 2046, 5.1.1).
 */
export function jpegInForm(type: string, content: Uint8Array): Uint8Array | undefined {
	const boundary = boundaryOf(type);
	if (boundary === undefined) return undefined;
	const delimiter = bytesOf(`\r\n--${boundary}`),
		headEnd = bytesOf("\r\n\r\n");
	// The first delimiter has no line end of its own before it, unless something precedes the form.
	let at = startsWith(content, 0, delimiter.subarray(2)) ? delimiter.length - 2 : after(content, 0, delimiter);
	while (at >= 0) {
		const start = after(content, at, headEnd);
		if (start < 0) return undefined;
		const next = after(content, start, delimiter);
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

/** Returns the position after the first occurrence of a pattern that begins with CR, or -1. */
function after(bytes: Uint8Array, from: number, pattern: Uint8Array): number {
	for (let at = bytes.indexOf(CR, from); at >= 0; at = bytes.indexOf(CR, at + 1))
		if (startsWith(bytes, at, pattern)) return at + pattern.length;
	return -1;
}

function startsWith(bytes: Uint8Array, at: number, pattern: Uint8Array): boolean {
	for (let i = 0; i < pattern.length; i++) if (bytes[at + i] !== pattern[i]) return false;
	return true;
}

function bytesOf(text: string): Uint8Array {
	return new Uint8Array(ArrayBuffer.fromString(text));
}
