import type { HeadersInit } from "./headers.ts";
import { Response } from "./response.ts";
import { reasonPhrase } from "./status.ts";

/** Most characters of an error's text. */
const TEXT_LENGTH = 512;

/** Addresses that begin with it are for programs: all of their errors are problem documents. */
export const API = "/api/";

/**
 * An error that a handler throws to answer with a status. Its text goes to the client; the text of any other error does
 * not. At an address under `/api/`, the response is a problem document (RFC 9457), and text elsewhere.
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

	/** Makes the response that this error stands for, to a request for a path. */
	responseAt(path: string): Response {
		if (path.startsWith(API)) return this.document();
		return new Response(this.message + "\n", { status: this.status, headers: this.headers });
	}

	/** Makes a problem document, with these members besides title, status and detail. A detail that repeats the title is left out. */
	protected document(members?: Readonly<Record<string, unknown>>): Response {
		const { status, message, headers } = this,
			title = reasonPhrase(status);
		const response = Response.json(
			{ title, status, detail: message === title ? undefined : message, ...members },
			{ status, headers },
		);
		response.headers.set("Content-Type", "application/problem+json");
		return response;
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
