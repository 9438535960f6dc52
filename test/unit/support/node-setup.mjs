/**
 * Makes Node look like a Moddable device to the unit tests:
 * npx mocha --import=./test/unit/support/node-setup.mjs 'build/test/unit/**\/*.test.js'
 *
 * The `timer` module becomes the tests' own clock, and the globals that XS has and Node lacks exist.
 */
import module from "node:module";

const clock = new URL("../../../build/test/unit/support/clock.js", import.meta.url).href;

if (module.registerHooks)
	module.registerHooks({
		resolve: (specifier, context, next) =>
			specifier === "timer" ? { url: clock, shortCircuit: true } : next(specifier, context),
	});
else
	module.register(
		`data:text/javascript,${encodeURIComponent(`
		export const resolve = (specifier, context, next) =>
			specifier === "timer" ? { url: ${JSON.stringify(clock)}, shortCircuit: true } : next(specifier, context);
	`)}`,
	);

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// XS keeps a NUL as C0 80, since its strings end at a zero.
define(ArrayBuffer, "fromString", (string) => {
	const bytes = encoder.encode(string);
	return bytes.includes(0)
		? Uint8Array.from(Array.from(bytes, (byte) => (byte === 0 ? [0xc0, 0x80] : byte)).flat()).buffer
		: bytes.slice().buffer;
});
define(String, "fromArrayBuffer", (buffer, offset = 0, length = buffer.byteLength - offset) => {
	const bytes = new Uint8Array(buffer, offset, length);
	const end = bytes.indexOf(0);
	const text = end < 0 ? bytes : bytes.subarray(0, end);
	const nul = text.findIndex((byte, at) => byte === 0xc0 && text[at + 1] === 0x80);
	return nul < 0
		? decoder.decode(text)
		: `${decoder.decode(text.subarray(0, nul))}\0${String.fromArrayBuffer(text.slice(nul + 2).buffer)}`;
});
define(globalThis, "trace", (...parts) => process.stdout.write(parts.join("")));

function define(target, name, value) {
	Object.defineProperty(target, name, { value, configurable: true, writable: true });
}

// mocha 12 lets a rejection that nobody handles pass; on the board it would end the machine.
process.on("unhandledRejection", (error) => {
	throw error;
});
