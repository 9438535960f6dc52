import type { Camera } from "../camera/camera.ts";
import type { BusTurn } from "../compatibility/bus-turn.ts";
import type { Controls } from "../controls/controls.ts";
import { Problem } from "../http/problem.ts";
import { Response } from "../http/response.ts";
import type { Router } from "../http/router.ts";
import { attempt, change, jsonOf, problemOf } from "./problems.ts";

/**
 * `/api/camera`: the camera and its controls as JSON. GET describes them. PATCH takes any number of controls by name
 * and applies all or none.
 */
export class CameraApi {
	readonly #camera: Camera;
	readonly #controls: Controls;

	readonly #turn: BusTurn;

	constructor(camera: Camera, controls: Controls, turn: BusTurn) {
		this.#turn = turn;
		this.#camera = camera;
		this.#controls = controls;
	}

	addTo(router: Router): void {
		const describe = (): Response => this.describe();
		router.get("/api/camera", describe);
		router.patch("/api/camera", (request) => {
			this.#turn.claim(request);
			const content = jsonOf(request, this.#controls.names, (name) => {
				throw problemOf(this.#controls.unknown(name));
			});
			return change(request, this.#turn, content, (changes, done) => this.begin(changes, done), describe);
		});
		router.post("/api/camera/reset", (request) => {
			this.#turn.claim(request);
			return change(request, this.#turn, undefined, (_, done) => this.#controls.replace({}, done), describe);
		});
	}

	private describe(): Response {
		const { name, maxFrameSize } = this.#camera.sensor;
		const controls = attempt(() => this.#controls.describe());
		// One text, and no copies of it on the way.
		controls[0] = JSON.stringify({ sensor: name, maxFrameSize }).slice(0, -1).concat(',"controls":[', controls[0]);
		controls.push(controls.pop()!.concat("]}"));
		return new Response(ArrayBuffer.fromString(controls.join()), {
			headers: { "Content-Type": "application/json" },
		});
	}

	private begin(changes: unknown, done: (error?: Error) => void): void {
		if (typeof changes !== "object" || changes === null || Array.isArray(changes))
			throw new Problem(422, "the changes must be an object of controls by name");
		this.#controls.begin(changes as Readonly<Record<string, unknown>>, done);
	}
}
