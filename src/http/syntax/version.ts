const PROTOCOL = "HTTP/";

/** The offset of the major version in HTTP-version (RFC 9112, 2.3), and the length of HTTP-version. */
export const MAJOR = PROTOCOL.length;
export const VERSION_LENGTH = MAJOR + 3;

/** The grammar of HTTP-version: "HTTP/" DIGIT "." DIGIT. */
export function isVersionByte(byte: number, position: number): boolean {
	if (position < MAJOR) return byte === PROTOCOL.charCodeAt(position);
	if (position === MAJOR + 1) return byte === 0x2e;
	return byte >= 0x30 && byte <= 0x39;
}
