import { HttpError } from "yieldcam/http/http-error";
import { type JsonContext, parseJson, type UnknownName } from "yieldcam/http/json";
import { INVALID_DATA, TRY_AGAIN_LATER, UNSUPPORTED_DATA } from "./close-code.ts";
import { decodeText } from "./text.ts";
import { WebSocketError } from "./web-socket-error.ts";

/** What a peer sent. What it should not have sent throws a WebSocketError; left alone, that closes the connection. */
export class Message {
	/** Of text, its UTF-8. */
	readonly bytes: Uint8Array;
	readonly binary: boolean;
	readonly #host: JsonContext;

	constructor(bytes: Uint8Array, binary: boolean, host: JsonContext) {
		this.bytes = bytes;
		this.binary = binary;
		this.#host = host;
	}

	/** Throws where the message is binary (1003). */
	get text(): string {
		return decodeText(this.textual());
	}

	/**
	 * The value of JSON. Throws where the message is binary (1003), or where it is malformed or beyond the
	 * server's `jsonDepth` or `jsonSlots` (1007), or where the machine has no memory for it (1013). Don't JSON.parse the text instead: XS does that by recursion,
	 * and four thousand brackets are enough to end the machine.
	 *
	 * @param names Of the members that are read: others are left out. Without it, new names are limited (`newNames`).
	 * @param unknown Is called with each other name, as JsonOptions has it.
	 */
	json(names?: readonly string[], unknown?: UnknownName): unknown {
		try {
			const { limits, machine, newNames } = this.#host;
			return parseJson(this.textual(), limits, { names, unknown, machine, newNames });
		} catch (error) {
			throw error instanceof HttpError
				? new WebSocketError(error.status === 503 ? TRY_AGAIN_LATER : INVALID_DATA, error.message)
				: error;
		}
	}

	private textual(): Uint8Array {
		if (this.binary) throw new WebSocketError(UNSUPPORTED_DATA, "text expected");
		return this.bytes;
	}
}
