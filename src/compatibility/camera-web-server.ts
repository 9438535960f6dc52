import type { Camera } from "../camera/camera.ts";
import { ControlError } from "../controls/control-error.ts";
import { type FurtherControls, valueOf } from "../controls/control.ts";
import type { Controls } from "../controls/controls.ts";
import { HttpError } from "../http/http-error.ts";
import type { Request } from "../http/request.ts";
import { Response } from "../http/response.ts";
import type { Router } from "../http/router.ts";
import type { MjpegStream } from "../mjpeg/stream.ts";
import { respondByBus } from "./bus-turn.ts";
import { integer } from "./camera-web-server-integer.ts";
import { addRegisters } from "./camera-web-server-registers.ts";
import { status } from "./camera-web-server-status.ts";
import { anyOrigin } from "./cors.ts";

/**
 * Implements `/status` and `/control?var=NAME&val=NUMBER` of Espressif's CameraWebServer (arduino-esp32,
 * app_httpd.cpp), with the names of `camera_status_t` and its status codes, which scripts check. A value out of range
 * is refused, even if CameraWebServer's drivers take the nearest one.
 */
export class CameraWebServer {
	readonly #controls: Controls;

	constructor(controls: Controls) {
		this.#controls = controls;
	}

	addTo(router: Router, camera: Camera, stream: MjpegStream, lamp?: FurtherControls): void {
		router.get("/status", () => anyOrigin(Response.json(status(camera, stream, lamp))));
		router.get("/control", (request) => this.control(request, camera));
		addRegisters(router, camera);
	}

	private control(request: Request, camera: Camera): Response | Promise<Response> {
		const { query } = request,
			name = query.get("var");
		if (name === undefined) throw new HttpError(404, "var is missing");
		const number = integer(query, "val");
		const control = this.#controls.byField(name);
		const value = control && valueOf(control, number);
		if (!control || value === undefined)
			throw new HttpError(500, control ? `${name} cannot be ${number}` : `this sensor has no control ${name}`);
		return respondByBus(camera, request, (done) =>
			this.#controls.begin({ [control.name]: value }, (error) => {
				if (error) done(new HttpError(error instanceof ControlError ? 500 : 503, error.message));
				else done(new Response());
			}),
		);
	}
}
