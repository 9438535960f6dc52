import type { BitmapConverter } from "../camera/bitmap.ts";
import type { Camera } from "../camera/camera.ts";
import { CameraWebServer } from "../compatibility/camera-web-server.ts";
import { CameraWebServerBitmap } from "../compatibility/camera-web-server-bitmap.ts";
import { settingOf } from "../compatibility/camera-web-server-status.ts";
import { anyOrigin } from "../compatibility/cors.ts";
import { ustreamerState } from "../compatibility/ustreamer.ts";
import { Controls } from "../controls/controls.ts";
import { HttpError } from "../http/http-error.ts";
import type { Request } from "../http/request.ts";
import { Response } from "../http/response.ts";
import { Router } from "../http/router.ts";
import { snapshot } from "../mjpeg/snapshot.ts";
import { MjpegStream } from "../mjpeg/stream.ts";
import { Settings, type SettingsOptions } from "../settings/settings.ts";
import { metrics } from "../state/metrics.ts";
import { type State, stateOf, type System } from "../state/state.ts";
import { CameraApi } from "./camera-api.ts";
import { Events } from "./events.ts";
import { page } from "./page.ts";
import { addSettings } from "./settings-api.ts";

export interface AppOptions {
	/** What the host knows and the app does not; it is asked each time. */
	readonly system?: System;
	/** Where the controls are kept across restarts; not at all unless told. */
	readonly settings?: Omit<SettingsOptions, "controls">;
	/** What makes the bitmaps of `/bmp`; without it, that address says so. */
	readonly bitmap?: BitmapConverter;
}

/**
 * The firmware's routes over one camera: the page, the stream, the snapshot, the state, each under
 * the addresses that CameraWebServer's and mjpg-streamer's clients know. Add your own to `router`.
 */
export class App {
	readonly camera: Camera;
	readonly controls: Controls;
	readonly stream: MjpegStream;
	readonly router = new Router();

	readonly #system: System;

	constructor(camera: Camera, { system = {}, settings, bitmap }: AppOptions = {}) {
		this.camera = camera;
		this.#system = system;
		this.controls = new Controls(camera);
		this.stream = new MjpegStream(camera);
		this.router.get("/", request => this.#root(request));
		this.router.get("/stream", request => this.#stream(request));
		this.router.get("/capture", () => this.#capture());
		this.router.get("/snapshot", () => this.#capture());
		this.router.get("/state", () => anyOrigin(Response.json(ustreamerState(this.state, settingOf(camera, "quality")))));
		this.router.get("/metrics", () => new Response(metrics(this.state), { headers: { "Content-Type": "text/plain; version=0.0.4; charset=utf-8" } }));
		const events = new Events(this.controls, () => this.state);
		this.router.get("/api/events", () => events.respond());
		this.router.get("/api/state", () => Response.json(this.state));
		new CameraApi(camera, this.controls).addTo(this.router);
		new CameraWebServer(this.controls).addTo(this.router, camera, this.stream);
		new CameraWebServerBitmap(camera, bitmap).addTo(this.router);
		if (settings)
			addSettings(this.router, new Settings({ ...settings, controls: this.controls }));
	}

	get state(): State {
		return stateOf(this.camera, this.stream, this.#system);
	}

	/** mjpg-streamer's clients (OctoPrint, crowsnest) ask `/` with an action. */
	#root(request: Request): Response | Promise<Response> {
		switch (request.query.get("action")) {
			case undefined:
				return new Response(page, { headers: { "Content-Type": "text/html; charset=utf-8" } });
			case "stream":
				return this.#stream(request);
			case "snapshot":
				return this.#capture();
			default:
				throw new HttpError(400, "action is stream or snapshot");
		}
	}

	#stream(request: Request): Response {
		return anyOrigin(this.stream.respond(request.remoteAddress));
	}

	async #capture(): Promise<Response> {
		try {
			return anyOrigin(snapshot(await this.camera.take()));
		}
		catch (error) {
			throw new HttpError(503, (error as Error).message);
		}
	}
}
