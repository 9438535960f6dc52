import type { Camera } from "../camera/camera.ts";
import { HttpError } from "../http/http-error.ts";
import type { Query } from "../http/query.ts";

/**
 * Reports whether a query asks for pictures that say how to turn them: `orientation=exif`. Throws an HttpError 400 if it asks
 * for something else.
 */
export function wantsOrientation(query: Query): boolean {
	const asked = query.get("orientation");
	// Dashboards append "?" and a time, although there is a query already.
	if (asked !== undefined && !asked.startsWith("exif")) throw new HttpError(400, "orientation must be exif");
	return asked !== undefined;
}

/** Returns how many quarter turns clockwise a picture should say, or 0 if the client did not ask for that. */
export function turnsFor(wanted: boolean, camera: Camera): number {
	return wanted ? (camera.get("rotation") ?? 0) : 0;
}
