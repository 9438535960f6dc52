import type { Camera } from "../camera/camera.ts";
import type { Frame } from "../camera/frame.ts";
import type { Request } from "../http/request.ts";
import { Response } from "../http/response.ts";
import type { Router } from "../http/router.ts";
import { turnsFor, wantsOrientation } from "../mjpeg/orientation-query.ts";
import { seconds } from "../mjpeg/part.ts";
import { type Flash, snapshot, take } from "../mjpeg/snapshot.ts";
import type { MjpegStream } from "../mjpeg/stream.ts";
import { settingOf } from "./camera-web-server-status.ts";
import { anyOrigin } from "./cors.ts";
import { UstreamerViewer } from "./ustreamer-viewer.ts";

/**
 * Implements uStreamer's `/state`, `/snapshot` and `/stream` (src/ustreamer/http/server.c), as far as a camera on a
 * board can, and as PiKVM uses them.
 */
export class Ustreamer {
	readonly #camera: Camera;
	readonly #stream: MjpegStream;
	readonly #lamp: Flash | undefined;

	constructor(camera: Camera, stream: MjpegStream, lamp?: Flash) {
		this.#camera = camera;
		this.#stream = stream;
		this.#lamp = lamp;
	}

	addTo(router: Router): void {
		router.get("/state", () => anyOrigin(Response.json(this.state())));
		router.get("/snapshot", (request) => this.snapshot(request));
		router.get("/stream", (request) => this.respond(request));
	}

	/** Returns the stream as the query asks for it: `key`, `extra_headers`, `advance_headers`, `orientation`. */
	respond({ query, remoteAddress }: Request): Response {
		const asked = new UstreamerViewer(query, this.#camera);
		const viewer = this.#stream.join(remoteAddress, asked.special ? asked : undefined);
		const { response } = viewer;
		// PiKVM's page learns from it which of /state's clients it is.
		if (asked.key !== undefined)
			response.headers.set("Set-Cookie", `stream_client=${asked.key}/${viewer.id}; path=/; max-age=30`);
		return anyOrigin(response);
	}

	private snapshot(request: Request): Promise<Response> {
		const wanted = wantsOrientation(request.query);
		return take(this.#camera, request, this.#lamp).then((frame) => this.describe(frame, wanted));
	}

	private describe(frame: Frame, oriented: boolean): Response {
		const { clock, now, arrived } = this.#camera,
			{ offset } = clock;
		const response = snapshot(frame, turnsFor(oriented, this.#camera));
		const { headers } = response;
		// The same moments as in UstreamerViewer.
		headers.set("X-Timestamp", seconds(now + offset));
		headers.set("X-UStreamer-Online", "true");
		headers.set("X-UStreamer-Width", frame.width);
		headers.set("X-UStreamer-Height", frame.height);
		headers.set("X-UStreamer-Grab-Begin-Timestamp", seconds(frame.timestamp + offset));
		["Grab-End", "Encode-Begin", "Encode-End"].forEach((name) =>
			headers.set(`X-UStreamer-${name}-Timestamp`, seconds(arrived + offset)),
		);
		headers.set("X-UStreamer-Send-Timestamp", seconds(now + offset));
		return anyOrigin(response);
	}

	private state(): Record<string, unknown> {
		const { now, size: { width = 0, height = 0 } = {}, rate, fault } = this.#camera;
		const { viewers } = this.#stream;
		const fps = Math.round(rate);
		const clients: Record<string, unknown> = {};
		viewers.forEach((viewer) => {
			const {
				key = "0",
				extraHeaders = false,
				advanceHeaders = false,
			} = viewer.writer instanceof UstreamerViewer ? viewer.writer : {};
			clients[viewer.id] = {
				fps: Math.round(viewer.rate(now)),
				extra_headers: extraHeaders,
				advance_headers: advanceHeaders,
				dual_final_frames: false,
				zero_data: false,
				key,
			};
		});
		return {
			ok: true,
			result: {
				instance_id: "",
				// uStreamer's name for JPEG that comes unchanged from the source.
				encoder: { type: "HW", quality: settingOf(this.#camera, "quality") ?? 0 },
				source: {
					resolution: { width, height },
					online: fault === undefined,
					// 0 means no limit, in uStreamer too.
					desired_fps: this.#camera.get("frame_rate") ?? 0,
					captured_fps: fps,
				},
				stream: { queued_fps: viewers.length ? fps : 0, clients: viewers.length, clients_stat: clients },
			},
		};
	}
}
