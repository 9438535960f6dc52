import { ControlError } from "../controls/control-error.ts";
import type { Controls } from "../controls/controls.ts";
import type { Camera } from "../camera/camera.ts";
import { Problem } from "../http/problem.ts";
import type { Request } from "../http/request.ts";
import { Response } from "../http/response.ts";
import type { Router } from "../http/router.ts";

/**
 * `/api/camera`: the camera and its controls as JSON. GET describes them, PATCH takes any number of
 * them by name and applies all or none.
 */
export class CameraApi {
	readonly #camera: Camera;
	readonly #controls: Controls;

	constructor(camera: Camera, controls: Controls) {
		this.#camera = camera;
		this.#controls = controls;
	}

	addTo(router: Router): void {
		router.get("/api/camera", () => this.#describe());
		router.patch("/api/camera", request => this.#change(request));
		router.post("/api/camera/reset", () => {
			attempt(() => this.#controls.reset());
			return this.#describe();
		});
	}

	#describe(): Response {
		const { name, maxFrameSize } = this.#camera.sensor;
		return Response.json({ sensor: name, maxFrameSize, controls: attempt(() => this.#controls.describe()) });
	}

	async #change(request: Request): Promise<Response> {
		// A page of another site may send any other type without asking first.
		const type = request.headers.get("content-type")?.split(";")[0]!.trim().toLowerCase();
		if (type !== "application/json" && type !== "application/merge-patch+json")
			throw new Problem(415, "the changes are application/json");
		const changes = await request.json();
		if (typeof changes !== "object" || changes === null || Array.isArray(changes))
			throw new Problem(422, "the changes are an object: controls by name");
		attempt(() => this.#controls.apply(changes as Readonly<Record<string, unknown>>));
		return this.#describe();
	}
}

/** What went wrong as a problem document. What is no fault of the request is the camera's. */
function attempt<T>(what: () => T): T {
	try {
		return what();
	}
	catch (error) {
		if (error instanceof ControlError)
			throw new Problem(422, error.message, { field: error.field });
		throw new Problem(503, (error as Error).message);
	}
}
