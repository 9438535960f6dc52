/** The globals that XS has and Node lacks. */
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// XS keeps a NUL as C0 80, since its strings end at a zero.
define(ArrayBuffer, "fromString", (/** @type {string} */ string) => {
	const bytes = encoder.encode(string);
	return bytes.includes(0)
		? Uint8Array.from(Array.from(bytes, (byte) => (byte === 0 ? [0xc0, 0x80] : byte)).flat()).buffer
		: bytes.slice().buffer;
});
define(String, "fromArrayBuffer", fromArrayBuffer);
define(globalThis, "trace", (/** @type {unknown[]} */ ...parts) => process.stdout.write(parts.join("")));

/**
 * @param {ArrayBuffer} buffer
 * @param {number} [offset]
 * @param {number} [length]
 * @returns {string}
 */
function fromArrayBuffer(buffer, offset = 0, length = buffer.byteLength - offset) {
	const bytes = new Uint8Array(buffer, offset, length);
	const end = bytes.indexOf(0);
	const text = end < 0 ? bytes : bytes.subarray(0, end);
	const nul = text.findIndex((byte, at) => byte === 0xc0 && text[at + 1] === 0x80);
	return nul < 0
		? decoder.decode(text)
		: `${decoder.decode(text.subarray(0, nul))}\0${fromArrayBuffer(text.slice(nul + 2).buffer)}`;
}
/**
 * @param {object} target
 * @param {string} name
 * @param {unknown} value
 */
function define(target, name, value) {
	Object.defineProperty(target, name, { value, configurable: true, writable: true });
}
