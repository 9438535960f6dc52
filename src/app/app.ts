import type { Camera } from "../camera/camera.ts";
import { CameraWebServer } from "../compatibility/camera-web-server.ts";
import { Controls } from "../controls/controls.ts";
import { HttpError } from "../http/http-error.ts";
import type { Request } from "../http/request.ts";
import { Response } from "../http/response.ts";
import { Router } from "../http/router.ts";
import { snapshot } from "../mjpeg/snapshot.ts";
import { MjpegStream } from "../mjpeg/stream.ts";
import { CameraApi } from "./camera-api.ts";
import { page } from "./page.ts";
import { status } from "./status.ts";

/**
 * The firmware's routes over one camera: the page, the stream, the snapshot, the state, each under
 * the addresses that CameraWebServer's and mjpg-streamer's clients know. Add your own to `router`.
 */
export class App {
	readonly camera: Camera;
	readonly controls: Controls;
	readonly stream: MjpegStream;
	readonly router = new Router();

	constructor(camera: Camera) {
		this.camera = camera;
		this.controls = new Controls(camera);
		this.stream = new MjpegStream(camera);
		this.router.get("/", request => this.#root(request));
		this.router.get("/stream", () => this.stream.respond());
		this.router.get("/capture", () => this.#capture());
		new CameraApi(camera, this.controls).addTo(this.router);
		new CameraWebServer(this.controls).addTo(this.router);
		this.router.get("/status", () => Response.json(status(camera, this.stream)));
	}

	/** mjpg-streamer's clients (OctoPrint, crowsnest) ask `/` with an action. */
	#root(request: Request): Response | Promise<Response> {
		switch (request.query.get("action")) {
			case undefined:
				return new Response(page, { headers: { "Content-Type": "text/html; charset=utf-8" } });
			case "stream":
				return this.stream.respond();
			case "snapshot":
				return this.#capture();
			default:
				throw new HttpError(400, "action is stream or snapshot");
		}
	}

	async #capture(): Promise<Response> {
		try {
			return snapshot(await this.camera.take());
		}
		catch (error) {
			throw new HttpError(503, (error as Error).message);
		}
	}
}
