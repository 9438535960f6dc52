import type { HeadersInit } from "./headers.ts";
import { Response } from "./response.ts";
import { reasonPhrase } from "./status.ts";

/** Most characters of an error's text. */
const TEXT_LENGTH = 512;

/**
 * An error that a handler throws to answer with a status. Its text goes to the client; the text of any other error does
 * not.
 *
 * @example
 * throw new HttpError(409, "the sensor is asleep");
 */
export class HttpError extends Error {
	readonly status: number;
	readonly headers: HeadersInit | undefined;

	constructor(status: number, text: string = reasonPhrase(status), headers?: HeadersInit) {
		// A program may quote part of a request, which may be as long as its content.
		super(text.length > TEXT_LENGTH ? text.slice(0, TEXT_LENGTH) + "…" : text);
		this.status = status;
		this.headers = headers;
	}

	/** The response that this error stands for. */
	get response(): Response {
		return new Response(this.message + "\n", { status: this.status, headers: this.headers });
	}
}

/** Returns the error for a client that finds no place or memory now, and may find it in a second. */
export function unavailable(text?: string): HttpError {
	return new HttpError(503, text, { "Retry-After": 1 });
}

/** Returns the error for a client while as many handlers are at work as `limits.slots` allows. */
export function tooManyWait(): HttpError {
	return unavailable("too many requests are waiting");
}
