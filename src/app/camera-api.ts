import type { Controls } from "../controls/controls.ts";
import type { Camera } from "../camera/camera.ts";
import { Problem } from "../http/problem.ts";
import type { Request } from "../http/request.ts";
import { Response } from "../http/response.ts";
import type { Router } from "../http/router.ts";
import { attempt, jsonOf, problemOf, settle } from "./problems.ts";

/**
 * `/api/camera`: the camera and its controls as JSON. GET describes them. PATCH takes any number of controls by name
 * and applies all or none.
 */
export class CameraApi {
	readonly #camera: Camera;
	readonly #controls: Controls;

	constructor(camera: Camera, controls: Controls) {
		this.#camera = camera;
		this.#controls = controls;
	}

	addTo(router: Router): void {
		router.get("/api/camera", () => this.describe());
		router.patch("/api/camera", (request) => this.change(request));
		router.post("/api/camera/reset", () => settle(this.#controls.reset(() => this.describe())));
	}

	private describe(): Response {
		const { name, maxFrameSize } = this.#camera.sensor;
		return Response.json({ sensor: name, maxFrameSize, controls: attempt(() => this.#controls.describe()) });
	}

	private async change(request: Request): Promise<Response> {
		const changes = await jsonOf(request, this.#controls.names, (name) => {
			throw problemOf(this.#controls.unknown(name));
		});
		if (typeof changes !== "object" || changes === null || Array.isArray(changes))
			throw new Problem(422, "the changes must be an object of controls by name");
		return settle(this.#controls.apply(changes as Readonly<Record<string, unknown>>, () => this.describe()));
	}
}
