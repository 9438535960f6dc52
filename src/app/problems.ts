import { ControlError } from "../controls/control-error.ts";
import { Problem } from "../http/problem.ts";
import type { Request } from "../http/request.ts";

/** What goes wrong becomes a problem document. What is no fault of the request is the camera's. */
export function attempt<T>(what: () => T): T {
	try {
		return what();
	}
	catch (error) {
		if (error instanceof ControlError)
			throw new Problem(422, error.message, { field: error.field });
		throw new Problem(503, (error as Error).message);
	}
}

/** The content as JSON, and said to be: a page of another site may send any other type without asking first. */
export async function jsonOf(request: Request): Promise<unknown> {
	const type = request.headers.get("content-type")?.split(";")[0]!.trim().toLowerCase();
	if (type !== "application/json" && type !== "application/merge-patch+json")
		throw new Problem(415, "the content is application/json");
	return request.json();
}
