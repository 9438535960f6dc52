import type { Passwords } from "../access/passwords.ts";
import type { Camera } from "../camera/camera.ts";
import { CameraWebServer } from "../compatibility/camera-web-server.ts";
import { BusTurn } from "../compatibility/bus-turn.ts";
import { CameraWebServerBitmap } from "../compatibility/camera-web-server-bitmap.ts";
import { anyOrigin } from "../compatibility/cors.ts";
import { Ustreamer } from "../compatibility/ustreamer.ts";
import { Controls } from "../controls/controls.ts";
import type { DeviceFeatures } from "../device/device.ts";
import type { Lamp } from "../device/lamp.ts";
import type { Handler, HandlerObject } from "../http/handler.ts";
import { HttpError, tooManyWait } from "../http/http-error.ts";
import type { Request } from "../http/request.ts";
import { Response } from "../http/response.ts";
import { Router } from "../http/router.ts";
import { turnsFor, wantsOrientation } from "../mjpeg/orientation-query.ts";
import { snapshot, take } from "../mjpeg/snapshot.ts";
import { MjpegStream } from "../mjpeg/stream.ts";
import { Rtsp } from "../rtsp/rtsp.ts";
import { Settings } from "../settings/settings.ts";
import { metrics } from "../state/metrics.ts";
import { type State, stateOf, type System } from "../state/state.ts";
import { addAccess } from "./access-api.ts";
import { CameraApi } from "./camera-api.ts";
import { Events } from "./events.ts";
import { LOG, respondWithLog } from "./log-api.ts";
import { page } from "./page.ts";
import { withAcceptPatch } from "./problems.ts";
import { accessControl, passwordsOf, preflight } from "./access-control.ts";
import { addNetwork } from "./network-api.ts";
import { addSettings } from "./settings-api.ts";
import { addTime } from "./time-api.ts";
import { Updater } from "../update/updater.ts";

/** What a device has, and what a program configures. By default, settings are not kept. */
export interface AppOptions extends Partial<DeviceFeatures> {
	/**
	 * The program's configuration. The app reads `allowedHosts`, further names of this device, as `sameOriginGuard`
	 * takes them, and `frameAncestors`, origins whose pages may have the page in a frame, both separated by commas; `adminPassword` and `viewerPassword`, hashed by `hashPassword`; `sharing`:
	 * "always" lets pages of other sites show the pictures to people who have signed in, too; and `digest`, as in
	 * `PasswordsOptions`.
	 */
	readonly config?: Readonly<Record<string, unknown>>;
	/** Addresses of your own that change something although the method is GET, as patterns of the router. */
	readonly commands?: readonly string[];
	/**
	 * Addresses whose WebSockets a viewer may open, as patterns of the router. Others require the admin's password, if there
	 * is one: anything may be sent over a WebSocket.
	 */
	readonly viewerSockets?: readonly string[];
	/** Writes a line, given without its line end, to the console. */
	log?(line: string): void;
}

/**
 * The firmware's routes over one camera: the page, the stream, the snapshot, the state, each under the addresses that
 * the clients of CameraWebServer and mjpg-streamer know. Add your own to `router`. Serve the app and not its router,
 * which would let pages of other sites change anything.
 */
export class App implements HandlerObject {
	readonly camera: Camera;
	readonly controls: Controls;
	readonly stream: MjpegStream;
	readonly router = new Router();

	readonly #rtsp: Rtsp | undefined;
	readonly #lamp: Lamp | undefined;
	readonly #system: System;
	readonly #settings: Settings | undefined;
	readonly #page: Handler;
	readonly #ustreamer: Ustreamer;
	readonly #handler: Handler;
	readonly #passwords: Passwords;
	readonly #updater: Updater | undefined;

	constructor(
		camera: Camera,
		{
			page: resource,
			system = {},
			settings,
			lamp,
			bitmap,
			rtsp,
			log,
			logTail,
			network,
			slots,
			config = {},
			commands,
			viewerSockets,
		}: AppOptions = {},
	) {
		this.camera = camera;
		this.#system = system;
		this.#page = resource ? page(resource) : () => new HttpError(404).responseAt("");
		this.#lamp = lamp;
		this.controls = new Controls(camera, lamp);
		this.stream = new MjpegStream(camera);
		this.#rtsp =
			rtsp &&
			new Rtsp(camera, rtsp, {
				log: (line) => log?.(`yieldcam: ${line}`),
				timeout: seconds(config["rtspTimeout"]),
			});
		this.router.get("/", (request) => this.root(request));
		this.router.get("/capture", (request) => this.capture(request));
		this.router.get(
			"/metrics",
			() =>
				new Response(metrics(this.state), {
					headers: { "Content-Type": "text/plain; version=0.0.4; charset=utf-8" },
				}),
		);
		const events = new Events(this);
		this.router.get("/api/stream", (request) => this.bytes(request, events));
		this.router.get("/api/events", () => events.respond());
		this.router.get("/api/state", ({ query }) =>
			Response.json(query.has("controls") ? { ...this.state, controls: events.values() } : this.state),
		);
		if (logTail) this.router.get(LOG, (request) => respondWithLog(request, logTail));
		const turn = new BusTurn(camera);
		new CameraApi(camera, this.controls, turn).addTo(this.router);
		new CameraWebServer(this.controls).addTo(this.router, camera, this.stream, lamp);
		new CameraWebServerBitmap(camera, bitmap).addTo(this.router);
		this.#ustreamer = new Ustreamer(camera, this.stream, lamp);
		this.#ustreamer.addTo(this.router);
		const kept = (this.#settings = settings && new Settings({ ...settings, controls: this.controls }));
		if (kept) addSettings(this.router, kept, turn);
		const passwords = passwordsOf(config, kept?.access, (access) => kept?.keepAccess(access));
		this.#passwords = passwords;
		addAccess(this.router, passwords);
		addTime(this.router, camera);
		if (network) addNetwork(this.router, network);
		if (slots) {
			this.#updater = new Updater(slots, {
				camera,
				system,
				patience: seconds(config["probation"]),
				beforeRestart: () => kept?.flush(),
				log: (line) => log?.(`yieldcam: ${line}`),
			});
			this.router.put("/api/firmware", (request) => this.#updater!.receive(request));
		}
		this.#handler = accessControl(
			(request) =>
				request.rtsp
					? this.play(request)
					: (preflight(request) ?? withAcceptPatch(request, this.router.handle(request))),
			passwords,
			config,
			commands,
			viewerSockets,
		);
	}

	handle(request: Request): Response | Promise<Response> {
		const response = this.#handler(request);
		this.#updater?.answered(response);
		return response;
	}

	/** Returns how much is held against an address: its wrong passwords. */
	suspicion(address = ""): number {
		return this.#passwords.suspicion(address);
	}

	get state(): State {
		return stateOf(this.camera, this.stream, this.#system, this.#settings?.name, this.#rtsp, this.#updater?.state);
	}

	/**
	 * mjpg-streamer's clients (OctoPrint, crowsnest) request `/` with an action, and may name the camera: the first is
	 * 0. Dashboards append "?" and a time to that, although there is a query already.
	 */
	private root(request: Request): ReturnType<Handler> {
		const action = request.query.get("action");
		if (action === undefined) return this.#page(request);
		const end = action.indexOf("?");
		switch (end < 0 ? action : action.slice(0, end)) {
			case "stream":
			case "stream_0":
				return this.#ustreamer.respond(request);
			case "snapshot":
			case "snapshot_0":
				// Otherwise the page, which is at the same address, would wait for a place from now on.
				if (!request.acquireHandler()) throw tooManyWait();
				return this.capture(request);
			default:
				throw new HttpError(400, "action must be stream or snapshot");
		}
	}

	/** The stream for scripts: WebKit supports multipart/x-mixed-replace for images only, and cancels a fetch of it. */
	private bytes({ query, remoteAddress }: Request, events: Events): Response {
		const asked = query.get("events");
		const response =
			asked === undefined
				? this.stream.respond(remoteAddress)
				: events.respondInParts(asked !== "only", remoteAddress);
		response.headers.set("Content-Type", "application/octet-stream");
		return response;
	}

	/** Answers a request of RTSP. */
	private play(request: Request): Response | Promise<Response> {
		if (!this.#rtsp) throw new HttpError(501);
		return this.#rtsp.handle(request);
	}

	private capture(request: Request): Promise<Response> {
		const wanted = wantsOrientation(request.query);
		return take(this.camera, request, this.#lamp).then((frame) =>
			anyOrigin(snapshot(frame, turnsFor(wanted, this.camera))),
		);
	}
}

/** Returns a configured time in milliseconds, or undefined if there is none. */
function seconds(value: unknown): number | undefined {
	const time = 1_000 * Number(value);
	return time > 0 ? time : undefined;
}
