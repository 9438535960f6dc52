const HTTP = "HTTP/",
	RTSP = "RTSP/";

/** The offset of the major version in HTTP-version (RFC 9112, 2.3), and the length of HTTP-version. */
export const MAJOR = HTTP.length;
export const VERSION_LENGTH = MAJOR + 3;

/** The grammar of HTTP-version: "HTTP/" DIGIT "." DIGIT. RTSP's (RFC 2326, 15.1) has its own name, of the same length. */
export function isVersionByte(byte: number, position: number, rtsp = false): boolean {
	if (position < MAJOR) return byte === (rtsp ? RTSP : HTTP).charCodeAt(position);
	if (position === MAJOR + 1) return byte === 0x2e;
	return byte >= 0x30 && byte <= 0x39;
}

/** Reports whether a byte begins the version of RTSP. */
export function beginsRtsp(byte: number): boolean {
	return byte === 0x52;
}
