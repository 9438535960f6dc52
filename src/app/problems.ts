import { ControlError } from "../controls/control-error.ts";
import { HttpError } from "../http/http-error.ts";
import { mediaType } from "../http/media-type.ts";
import { Problem } from "../http/problem.ts";
import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";

/** Turns errors into problem documents. An error that is not the request's fault is the camera's. */
export function attempt<T>(what: () => T): T {
	try {
		return what();
	} catch (error) {
		throw error instanceof ControlError ? problemOf(error) : new Problem(503, (error as Error).message);
	}
}

/** Makes the response for a request without a route: a problem document for programs, which use the API, or text. */
export function refuse(error: HttpError, { path }: Request): Response {
	const { status, message, headers } = error;
	return (path.startsWith("/api/") ? new Problem(status, message, {}, headers) : error).response;
}

export function problemOf({ field, message }: ControlError): Problem {
	return new Problem(422, message, { field });
}

/**
 * Parses the content as JSON. Its type must say so: a page of another site may send any other type without asking
 * first. Takes only the listed members, and calls `unknown` with the name of any other, and its depth, from 1. Throws a
 * Problem 415 if the type is another, and one in place of the HttpErrors of `Request.json`.
 */
export async function jsonOf(
	request: Request,
	names: readonly string[],
	unknown?: (name: string, depth: number) => void,
): Promise<unknown> {
	const type = mediaType(request.headers.get("content-type"));
	if (type !== "application/json" && type !== "application/merge-patch+json")
		throw new Problem(
			415,
			type === undefined
				? "the request must say that its content is JSON: Content-Type: application/json"
				: `the content is of the type ${type}, and must be JSON: Content-Type: application/json`,
		);
	try {
		return await request.json(names, unknown);
	} catch (error) {
		throw error instanceof HttpError && !(error instanceof Problem)
			? new Problem(error.status, error.message)
			: error;
	}
}
