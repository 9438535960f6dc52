/** Characters that stand for a byte of a name that is not UTF-8: see `Directory.scan`. */
const FIRST_BYTE = 0xf780;
const LAST_BYTE = 0xf7ff;
const SPACE = 0x20;
const DELETE = 0x7f;
const HEX = "0123456789ABCDEF";
/** From U+F780 to the byte 80. */
const OFFSET = FIRST_BYTE - 0x80;

/** Returns a file's name as it can be shown in one line: what is not text is escaped, such as "\xE9". */
export function showName(name: string): string {
	let shown = "",
		start = 0;
	for (let at = 0; at < name.length; at++) {
		const code = name.charCodeAt(at),
			byte = code >= FIRST_BYTE && code <= LAST_BYTE ? code - OFFSET : code;
		if (byte === code && code >= SPACE && code !== DELETE) continue;
		shown += `${name.slice(start, at)}\\x${HEX.charAt(byte >> 4)}${HEX.charAt(byte & 15)}`;
		start = at + 1;
	}
	return shown + name.slice(start);
}
