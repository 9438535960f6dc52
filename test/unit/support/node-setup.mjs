/**
 * Makes Node look like a Moddable device to the unit tests:
 * npx mocha --import=./test/unit/support/node-setup.mjs 'build/test/unit/**\/*.test.js'
 *
 * The `timer` module becomes the tests' own clock, and the globals that XS has and Node has not exist.
 */
import module from "node:module";

const clock = new URL("../../../build/test/unit/support/clock.js", import.meta.url).href;

if (module.registerHooks)
	module.registerHooks({
		resolve: (specifier, context, next) =>
			specifier === "timer" ? { url: clock, shortCircuit: true } : next(specifier, context),
	});
else
	module.register(`data:text/javascript,${encodeURIComponent(`
		export const resolve = (specifier, context, next) =>
			specifier === "timer" ? { url: ${JSON.stringify(clock)}, shortCircuit: true } : next(specifier, context);
	`)}`);

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

define(ArrayBuffer, "fromString", (string) => encoder.encode(string).slice().buffer);
define(String, "fromArrayBuffer", (buffer, offset = 0, length = buffer.byteLength - offset) => {
	const bytes = new Uint8Array(buffer, offset, length);
	const end = bytes.indexOf(0); // a string of XS ends at a NUL
	return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
});
define(globalThis, "trace", (...parts) => process.stdout.write(parts.join("")));

function define(target, name, value) {
	Object.defineProperty(target, name, { value, configurable: true, writable: true });
}

// mocha 12 lets a rejection that nobody handles pass; on the board it would end the machine.
process.on("unhandledRejection", (error) => {
	throw error;
});
