import type { ReceivedHeaders } from "yieldcam/http/received-headers";
import { parseJson, parseText } from "yieldcam/http/json";
import { ClientError, messageOf } from "./client-error.ts";
import type { ClientLimits } from "./limits.ts";

/** A response, whole. */
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

	/** Whether the status is one of success: 200 to 299. */
	get ok(): boolean {
		return this.status >= 200 && this.status < 300;
	}

	/** The content as text. Throws a ClientError where it is not UTF-8. */
	text(): string {
		return understood(() => parseText(this.bytes));
	}

	/** The content's value. Throws a ClientError where it is no JSON, or more than the limits allow. */
	json(): unknown {
		return understood(() => parseJson(this.bytes, this.#limits));
	}
}

/** In a handler of our own server, the reader's HttpError would become the answer: but it is not our client who sent this. */
function understood<T>(read: () => T): T {
	try {
		return read();
	} catch (error) {
		throw new ClientError("malformed", `the response: ${messageOf(error)}`);
	}
}
