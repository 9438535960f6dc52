import { HttpError } from "yieldcam/http/http-error";
import { type JsonContext, parseJson, type UnknownName } from "yieldcam/http/json";
import { hasRoomForText } from "yieldcam/http/text-memory";
import { INVALID_DATA, TRY_AGAIN_LATER, UNSUPPORTED_DATA } from "./close-code.ts";
import { decodeText } from "./text.ts";
import { WebSocketError } from "./web-socket-error.ts";

/**
 * A message from the peer. Its methods throw a WebSocketError if the content is not as expected; uncaught, that closes
 * the connection.
 */
export class Message {
	/** The content; for text, its UTF-8. */
	readonly bytes: Uint8Array;
	readonly binary: boolean;
	readonly #host: JsonContext;

	constructor(bytes: Uint8Array, binary: boolean, host: JsonContext) {
		this.bytes = bytes;
		this.binary = binary;
		this.#host = host;
	}

	/**
	 * The content as text. Throws a WebSocketError if the message is binary (1003), or if the machine has no memory for the text and
	 * for JSON that contains it (1013).
	 */
	get text(): string {
		const bytes = this.textual(),
			{ machine } = this.#host;
		if (!hasRoomForText(bytes, (room) => machine.room(0, room)))
			throw new WebSocketError(TRY_AGAIN_LATER, "there is no memory for the message");
		return decodeText(bytes);
	}

	/**
	 * Parses the content as JSON. Throws a WebSocketError if the message is binary (1003), if it is malformed or
	 * exceeds the server's `jsonDepth` or `jsonSlots` (1007), or if the machine has no memory for it (1013). Do not use
	 * JSON.parse on the text instead: XS parses by recursion, and four thousand brackets are enough to end the machine.
	 *
	 * @param names Names of the members to read; others are skipped. Without it, new names are limited (`newNames`).
	 * @param unknown Receives each other name, as in JsonOptions.
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
