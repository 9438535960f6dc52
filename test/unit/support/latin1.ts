/** Decodes bytes that are not all text. */
export function latin1(bytes: Uint8Array): string {
	return [...bytes].map((byte) => String.fromCharCode(byte)).join("");
}
