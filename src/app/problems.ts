import { ControlError } from "../controls/control-error.ts";
import { mediaType } from "../http/media-type.ts";
import { Problem } from "../http/problem.ts";
import type { Request } from "../http/request.ts";

/** What goes wrong becomes a problem document. What is no fault of the request is the camera's. */
export function attempt<T>(what: () => T): T {
	try {
		return what();
	} catch (error) {
		throw error instanceof ControlError ? problemOf(error) : new Problem(503, (error as Error).message);
	}
}

export function problemOf({ field, message }: ControlError): Problem {
	return new Problem(422, message, { field });
}

/**
 * The content as JSON, and said to be: a page of another site may send any other type without asking first. Of its members
 * those that are listed are taken; `unknown` is called with the name of any other, and how deep it is, from 1.
 */
export async function jsonOf(
	request: Request,
	names: readonly string[],
	unknown?: (name: string, depth: number) => void,
): Promise<unknown> {
	const type = mediaType(request.headers.get("content-type"));
	if (type !== "application/json" && type !== "application/merge-patch+json")
		throw new Problem(415, "the content is application/json");
	return request.json(names, unknown);
}
