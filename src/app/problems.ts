import { ControlError } from "../controls/control-error.ts";
import type { BusTurn } from "../compatibility/bus-turn.ts";
import { HttpError, unavailable } from "../http/http-error.ts";
import { mediaType } from "../http/media-type.ts";
import { Problem } from "../http/problem.ts";
import type { Request } from "../http/request.ts";
import { Response } from "../http/response.ts";

const JSON_TYPE = "application/json";
/** RFC 7396. */
const MERGE_PATCH = "application/merge-patch+json";
const PATCH_TYPES = `${JSON_TYPE}, ${MERGE_PATCH}`;

/** Turns errors into those of HTTP. */
export function attempt<T>(what: () => T): T {
	try {
		return what();
	} catch (error) {
		throw httpErrorOf(error as Error);
	}
}

/**
 * Bytes that the response to a change may take while it is made. The description of an OV5640 has 5 kB: in parts, as one text, and
 * as the bytes that are sent.
 */
const RESPONSE_BYTES = 12_288;

/**
 * Responds to a request that changes something. Neither this nor its callers are async functions: while the request waits for the
 * sensor, it takes one promise, and those of its server.
 *
 * @param turn The turn that it has claimed.
 * @param content What to wait for first.
 * @param begin Makes the change, and calls `done` once, at once or later. May throw instead.
 * @param read Makes the response. By then others may have taken the memory that was free when the handler was called.
 */
export function change(
	request: Request,
	turn: BusTurn,
	content: Promise<unknown> | undefined,
	begin: (content: unknown, done: (error?: Error) => void) => void,
	read: () => Response,
): Promise<Response> {
	return new Promise((resolve, reject) => {
		const done = (error?: Error): void => {
			if (error) reject(httpErrorOf(error));
			else if (request.freeMemory(RESPONSE_BYTES)) resolve(read());
			else reject(unavailable("it was changed, but there is no memory for the response"));
		};
		const use = (value?: unknown): void => {
			turn.release();
			begin(value, done);
		};
		if (content) content.then(use).catch(done);
		else use();
	});
}

/** An error that is not the request's fault is the camera's. */
function httpErrorOf(error: Error): HttpError {
	if (error instanceof HttpError) return error;
	return error instanceof ControlError ? problemOf(error) : new HttpError(503, error.message);
}

export function problemOf({ field, message }: ControlError): Problem {
	return new Problem(422, message, { field });
}

/**
 * Parses the content as JSON. Its type must say so: a page of another site may send any other type without asking
 * first, and the response says by Accept or Accept-Patch what it may be (RFC 9110, 15.5.16; RFC 5789, 2.2). Its charset means nothing, since JSON is UTF-8 and has no such parameter (RFC 8259, 8.1 and 11). Takes only the listed members, and calls `unknown` with the name of any other, and its depth, from 1. Throws an
 * HttpError 415 if the type is another, and rejects as `Request.json` does.
 */
export function jsonOf(
	request: Request,
	names: readonly string[],
	unknown?: (name: string, depth: number) => void,
): Promise<unknown> {
	const type = mediaType(request.headers.get("content-type"));
	if (type !== JSON_TYPE && type !== MERGE_PATCH)
		throw new HttpError(
			415,
			type
				? `the content is of the type ${type}, and must be JSON: Content-Type: application/json`
				: "the request must say that its content is JSON: Content-Type: application/json",
			request.method === "PATCH" ? { "Accept-Patch": PATCH_TYPES } : { Accept: JSON_TYPE },
		);
	return request.json(names, unknown);
}

/** Says which types PATCH takes, in the response to OPTIONS (RFC 5789, 3.1). */
export function withAcceptPatch(request: Request, response: Response | Promise<Response>): typeof response {
	if (
		request.method === "OPTIONS" &&
		response instanceof Response &&
		response.headers.get("allow")?.includes("PATCH")
	)
		response.headers.set("Accept-Patch", PATCH_TYPES);
	return response;
}
