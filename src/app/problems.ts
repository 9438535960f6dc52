import { ControlError } from "../controls/control-error.ts";
import { HttpError } from "../http/http-error.ts";
import { mediaType } from "../http/media-type.ts";
import { Problem } from "../http/problem.ts";
import type { Request } from "../http/request.ts";

/** Turns errors into those of HTTP. */
export function attempt<T>(what: () => T): T {
	try {
		return what();
	} catch (error) {
		throw httpErrorOf(error as Error);
	}
}

/** Does what `attempt` does, for a promise. */
export function settle<T>(what: Promise<T>): Promise<T> {
	return what.catch((error) => {
		throw httpErrorOf(error);
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
 * first. Its charset means nothing, since JSON is UTF-8 and has no such parameter (RFC 8259, 8.1 and 11). Takes only the listed members, and calls `unknown` with the name of any other, and its depth, from 1. Throws an
 * HttpError 415 if the type is another, and rejects as `Request.json` does.
 */
export function jsonOf(
	request: Request,
	names: readonly string[],
	unknown?: (name: string, depth: number) => void,
): Promise<unknown> {
	const type = mediaType(request.headers.get("content-type"));
	if (type !== "application/json" && type !== "application/merge-patch+json")
		throw new HttpError(
			415,
			type === undefined
				? "the request must say that its content is JSON: Content-Type: application/json"
				: `the content is of the type ${type}, and must be JSON: Content-Type: application/json`,
		);
	return request.json(names, unknown);
}
