import type { ReceivedHeaders } from "yieldcam/http/received-headers";
import { parseJson, parseText } from "yieldcam/http/json";
import { ClientError, messageOf } from "./client-error.ts";
import type { ClientLimits } from "./limits.ts";

/** A complete response. */
export class ClientResponse {
	readonly status: number;
	readonly headers: ReceivedHeaders;
	/** The content. */
	readonly bytes: Uint8Array;
	readonly #limits: ClientLimits;

	constructor(status: number, headers: ReceivedHeaders, bytes: Uint8Array, limits: ClientLimits) {
		this.status = status;
		this.headers = headers;
		this.bytes = bytes;
		this.#limits = limits;
	}

	/** Whether the status reports success: 200 to 299. */
	get ok(): boolean {
		return this.status >= 200 && this.status < 300;
	}

	/** Returns the content as text. Throws a ClientError if it is not UTF-8. */
	text(): string {
		return understood(() => parseText(this.bytes));
	}

	/**
	 * Parses the content as JSON. Throws a ClientError if it is not JSON, or exceeds the limits.
	 *
	 * @param names The members to read; others are left out. Without it, all are read, but XS keeps each new name for as long as the
	 * machine runs: pass it for every server that is not your own.
	 */
	json(names?: readonly string[]): unknown {
		return understood(() => parseJson(this.bytes, this.#limits, { names }));
	}
}

/**
 * In a handler of our own server, the reader's HttpError would become the response, but our client did not send this.
 */
function understood<T>(read: () => T): T {
	try {
		return read();
	} catch (error) {
		throw new ClientError("malformed", `the response: ${messageOf(error)}`);
	}
}
