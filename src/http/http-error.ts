import type { HeadersInit } from "./headers.ts";
import { Response } from "./response.ts";
import { reasonPhrase } from "./status.ts";

/**
 * What a handler throws to answer with an error: it carries its own response. Its text goes to the
 * client; that of any other error does not.
 *
 * @example
 * throw new HttpError(409, "the sensor is asleep");
 */
export class HttpError extends Error {
	readonly status: number;
	readonly headers: HeadersInit | undefined;

	constructor(status: number, text: string = reasonPhrase(status), headers?: HeadersInit) {
		super(text);
		this.status = status;
		this.headers = headers;
	}

	get response(): Response {
		return new Response(this.message + "\n", { status: this.status, headers: this.headers });
	}
}
