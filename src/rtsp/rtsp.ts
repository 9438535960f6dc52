import type { Camera } from "../camera/camera.ts";
import { HttpError, tooManyWait } from "../http/http-error.ts";
import type { Request } from "../http/request.ts";
import { Response } from "../http/response.ts";
import { take } from "../mjpeg/snapshot.ts";
import type { Clock } from "../time/clock.ts";
import { baseOf, hostOf, isTrack, TRACK } from "./address.ts";
import { description } from "./description.ts";
import type { RtspIO } from "./io.ts";
import { RtpStream } from "./rtp-stream.ts";
import { MAX_TARGET_LENGTH, METHODS, type RtspContext } from "./rtsp-context.ts";
import { RtspSession } from "./session.ts";
import { MAX_TRANSPORT_LENGTH, transportOf } from "./transport.ts";
import { UdpPorts } from "./udp-ports.ts";

/** Milliseconds after which a client over UDP that sends neither a request nor a report is gone (RFC 2326, 12.37). */
const TIMEOUT = 60_000;

export interface RtspOptions {
	/** Receives the reason when frames cannot be sent, a line of text without its line end. */
	readonly log?: (line: string) => void;
	/** Milliseconds. Default: a minute. */
	readonly timeout?: number | undefined;
}

/**
 * The camera's stream over RTSP 1.0 (RFC 2326), as RTP packets of JPEGs (RFC 2435), at `/` and `/mjpeg/1`. It handles the
 * requests of RTSP that a `Server` receives, up to SETUP, whose response begins a session. The server's limits and places are
 * those of HTTP: a session is a stream.
 *
 * @example
 * const rtsp = new Rtsp(camera, device.rtsp);
 * device.serve(() => (request) => request.rtsp ? rtsp.handle(request) : router.handle(request), { rtsp: true });
 */
export class Rtsp implements RtspContext {
	readonly io: RtspIO;
	readonly timeout: number;
	readonly stream: RtpStream;
	readonly ports: UdpPorts;
	readonly #camera: Camera;
	#sessions: readonly RtspSession[] = [];

	constructor(camera: Camera, io: RtspIO, { log, timeout = TIMEOUT }: RtspOptions = {}) {
		this.#camera = camera;
		this.io = io;
		this.timeout = timeout;
		this.stream = new RtpStream(camera, io, (reason) => log?.(`RTSP cannot carry the pictures: ${reason}`));
		this.ports = new UdpPorts(io, this);
	}

	/** The sessions that there are. */
	get sessions(): readonly RtspSession[] {
		return this.#sessions;
	}

	/** Why RTSP cannot carry the camera's frames, as far as it has tried; undefined if it can. */
	get fault(): string | undefined {
		return this.stream.fault;
	}

	get clock(): Clock {
		return this.#camera.clock;
	}

	get now(): number {
		return this.#camera.now;
	}

	/** Answers a request outside of a session. Throws an HttpError that becomes the response. */
	handle(request: Request): Response | Promise<Response> {
		if (request.target.length > MAX_TARGET_LENGTH) throw new HttpError(414);
		switch (request.method) {
			case "OPTIONS":
				return new Response(null, { headers: { Public: METHODS } });
			case "GET_PARAMETER":
			case "SET_PARAMETER":
				return new Response(null);
			case "DESCRIBE":
				return this.respond(request);
			case "SETUP":
				return this.setUp(request);
			case "PLAY":
			case "PAUSE":
			case "TEARDOWN":
				throw new HttpError(454);
			default:
				throw new HttpError(501, undefined, { Public: METHODS });
		}
	}

	/** Responds to DESCRIBE, after a look at a frame. */
	private respond(request: Request): Promise<Response> {
		if (isTrack(request.path) !== false) throw new HttpError(404);
		if (!request.acquireHandler()) throw tooManyWait();
		return take(this.#camera, request).then((frame) => {
			const reason = this.stream.read(frame);
			frame.release();
			if (reason !== undefined) throw new HttpError(415, `RTSP cannot carry the pictures: ${reason}`);
			return new Response(description(hostOf(request.target), this.#camera.steadyRate), {
				headers: { "Content-Type": "application/sdp", "Content-Base": baseOf(request.target) },
			});
		});
	}

	describe(target: string): { readonly fields: string; readonly text: string } {
		return {
			fields: `Content-Type: application/sdp\r\nContent-Base: ${baseOf(target)}\r\n`,
			text: String.fromArrayBuffer(description(hostOf(target), this.#camera.steadyRate).buffer),
		};
	}

	private setUp(request: Request): Response {
		const track = isTrack(request.path),
			transport = transportOf(request.headers.getShort("transport", MAX_TRANSPORT_LENGTH) ?? "");
		if (track === undefined) throw new HttpError(404);
		if (!transport) throw new HttpError(461);
		const { target, remoteAddress = "" } = request;
		let session;
		try {
			session = new RtspSession(
				this,
				remoteAddress,
				track || target.endsWith(`/${TRACK}`) ? target : baseOf(target) + TRACK,
				transport,
			);
		} catch (error) {
			throw new HttpError(503, (error as Error).message);
		}
		return new Response(session, {
			headers: { Transport: session.transportField, Session: session.sessionField },
		});
	}

	opened(session: RtspSession): void {
		this.#sessions = this.#sessions.concat(session);
	}

	closed(session: RtspSession): void {
		this.#sessions = this.#sessions.filter((other) => other !== session);
	}

	/** Called with each report of a client by UDP. */
	heard(address: string, port: number): void {
		this.#sessions.forEach((session) => session.reported(address, port));
	}
}
