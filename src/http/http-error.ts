import type { HeadersInit } from "./headers.ts";
import { Response } from "./response.ts";
import { reasonPhrase } from "./status.ts";

/** Characters of an error's text. */
const TEXT_LENGTH = 512;

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
		// What a program quotes of a request may be as long as its content.
		super(text.length > TEXT_LENGTH ? text.slice(0, TEXT_LENGTH) + "…" : text);
		this.status = status;
		this.headers = headers;
	}

	get response(): Response {
		return new Response(this.message + "\n", { status: this.status, headers: this.headers });
	}
}

/** What a client is answered that finds no place or memory now, and may in a second. */
export function unavailable(text?: string): HttpError {
	return new HttpError(503, text, { "Retry-After": 1 });
}

/** What it is answered where as many handlers are at work as may be. */
export function tooManyWait(): HttpError {
	return unavailable("too many requests wait");
}
