const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;

/** Bytes of a text that needs no look at the heap: what each turn may take is more than what a program makes of it. */
const SMALL = 256;

/** Characters of JSON for a control character: \u0001. */
const ESCAPE = 6;

/**
 * Reports whether there is room for what programs make of a peer's text: the text, JSON that contains it, and that as the bytes
 * which are sent. Quotes and control characters take more in JSON than in the text.
 *
 * @param bytes The text in UTF-8.
 * @param hasRoom Reports whether that many bytes of the heap are free.
 */
export function hasRoomForText(bytes: Uint8Array, hasRoom: (bytes: number) => boolean): boolean {
	const { length } = bytes;
	if (length <= SMALL || hasRoom(length + 2 * ESCAPE * length)) return true;
	return hasRoom(length + 2 * lengthAsJson(bytes));
}

function lengthAsJson(bytes: Uint8Array): number {
	let { length } = bytes;
	for (let i = 0; i < bytes.length; i++) {
		const byte = bytes[i];
		if (byte === QUOTE || byte === BACKSLASH || byte === TAB || byte === LF || byte === CR) length++;
		else if (byte < SPACE) length += ESCAPE - 1;
	}
	return length;
}
