/**
 * A path is bytes. As text, a byte that is not part of UTF-8 is a character from U+F780 to U+F7FF, as it is in the
 * script (hosts/common/names.h). So each path can be an argument of a process, and part of JSON.
 */
const FIRST = 0xf780,
	LAST = 0xf7ff,
	OFFSET = FIRST - 0x80;

/** Most bytes of a character in UTF-8. */
const MOST = 4;

/** Returns a path as text. */
export function textOf(path: Buffer): string {
	let text = "";
	for (let at = 0; at < path.length;) {
		const character = characterAt(path, at);
		text += character ?? String.fromCharCode(OFFSET + path[at]);
		at += character === undefined ? 1 : Buffer.byteLength(character);
	}
	return text;
}

/** Returns the path that a text stands for. */
export function bytesOf(text: string): Buffer {
	return Buffer.concat(
		Array.from(text, (character) => {
			const code = character.charCodeAt(0);
			return isByte(code) ? Buffer.of(code - OFFSET) : Buffer.from(character);
		}),
	);
}

function isByte(code: number): boolean {
	return code >= FIRST && code <= LAST;
}

/** Returns the character that begins there, or undefined if there is none that stands for itself. */
function characterAt(path: Buffer, at: number): string | undefined {
	for (let length = 1; length <= MOST && at + length <= path.length; length++) {
		const bytes = path.subarray(at, at + length),
			text = bytes.toString();
		// Bytes that are not UTF-8 are replaced.
		if (Buffer.from(text).equals(bytes)) return isByte(text.charCodeAt(0)) ? undefined : text;
	}
	return undefined;
}
