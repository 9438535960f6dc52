import { HttpError } from "./http-error.ts";
import type { Limits } from "./limits.ts";
import { utf8 } from "./utf8.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/** The text of content. Throws an HttpError where it is not UTF-8, or holds a NUL. */
export function parseText(bytes: Uint8Array): string {
	const text = utf8(bytes);
	if (text === undefined)
		throw new HttpError(400, "malformed text");
	return text;
}

/**
 * The value of JSON content. Throws an HttpError where it is malformed, or would cost more than its
 * text: XS parses by recursion and an array element takes 16 bytes, and where the stack or the heap
 * run out the machine ends instead of throwing. So both are counted before anything is parsed.
 */
export function parseJson(bytes: Uint8Array, limits: Pick<Limits, "jsonDepth" | "jsonValues">): unknown {
	let depth = 0;
	let values = 1;
	let quoted = false;
	for (let at = 0; at < bytes.length; at++) {
		const byte = bytes[at];
		if (byte === QUOTE)
			quoted = !quoted;
		else if (quoted) {
			if (byte === BACKSLASH)
				at++;
		}
		else if (byte === COMMA || byte === COLON) {
			if (++values > limits.jsonValues)
				throw new HttpError(413, "too many JSON values");
		}
		else if (isOpening(byte)) {
			if (++depth > limits.jsonDepth)
				throw new HttpError(400, "JSON nested too deep");
			values++;
		}
		else if (isClosing(byte))
			depth--;
	}
	const text = parseText(bytes);
	try {
		return JSON.parse(text);
	}
	catch {
		throw new HttpError(400, "malformed JSON");
	}
}

function isOpening(byte: number): boolean {
	return byte === 0x5b || byte === 0x7b;
}

function isClosing(byte: number): boolean {
	return byte === 0x5d || byte === 0x7d;
}
