import Timer from "timer";
import type { Frame } from "yieldcam/camera/frame";
import { FrameRateLimiter } from "yieldcam/camera/frame-rate-limiter";
import type { FrameSink, FrameSource } from "yieldcam/camera/source";
import { Client, type Resolve } from "../client/client.ts";
import { messageOf } from "../client/client-error.ts";
import type { ClientResponse } from "../client/client-response.ts";
import type { ClientLimits } from "../client/limits.ts";
import { parseUrl } from "../client/url.ts";
import { Headers, type HeadersInit } from "yieldcam/http/headers";
import type { ConnectIO } from "yieldcam/http/io";
import { BorrowedBody } from "yieldcam/http/borrowed-body";
import { timestampOf } from "yieldcam/mjpeg/part";
import { type Refusal, refusalOf } from "./answer.ts";
import { Pauses, PUSH_PAUSES } from "./pauses.ts";

export interface PusherOptions {
	/** The source of frames: a camera, or something that makes pictures. It may serve viewers at the same time. */
	readonly camera: FrameSource;
	/** An ECMA-419 TCP class, such as that of "embedded:io/socket/tcp". */
	readonly io: ConnectIO;
	/** The URL to post each frame to, such as "http://192.168.1.10:8000/upload". */
	readonly url: string;
	/** Maximum frames per second. Default: no limit. */
	readonly rate?: number;
	/** Sent as `Authorization: Bearer …`. */
	readonly token?: string;
	/** Header fields to send with each frame. */
	readonly headers?: HeadersInit;
	/** Finds the address of a host that is given by name. */
	readonly resolve?: Resolve;
	readonly limits?: Partial<ClientLimits>;
	/** Receives a line of text without its line end: each problem once, and the recovery from it. */
	readonly log?: (line: string) => void;
	/** Returns a number from 0 to 1. Default: Math.random. */
	readonly random?: () => number;
}

export interface PushState {
	readonly running: boolean;
	/** Whether there is a connection to the server. */
	readonly connected: boolean;
	/** Frames that the server has accepted since the start. */
	readonly sent: number;
	/** Frames that were due while the server had not answered the previous one. */
	readonly dropped: number;
	/** Attempts that failed since the start. */
	readonly failures: number;
	/** The last problem; undefined once it works again. */
	readonly error: string | undefined;
}

/**
 * Posts frames to a server, one after the other over one connection. It keeps a frame only while it sends it. A frame
 * that is due before the server has answered the previous one is dropped, so a slow server gets fewer frames and never
 * old ones. After a failure it pauses, longer each time. The camera is idle during the pause if nothing else wants its
 * frames.
 *
 * @example
 * const pusher = new Pusher({ camera, io: TCP, url: "http://192.168.1.10:8000/upload", rate: 2 });
 * pusher.start();
 */
export class Pusher implements FrameSink {
	readonly #options: PusherOptions;
	readonly #target: string;
	/** Header fields that are the same for each frame. */
	readonly #headers: HeadersInit;
	readonly #rateLimiter: FrameRateLimiter;
	readonly #pauses: Pauses;
	readonly #log: (line: string) => void;
	/** Set while it runs. */
	#client: Client | undefined;
	#timer: Timer | undefined;
	#watching = false;
	/** A frame is being sent. */
	#sending = false;
	/** A frame that was due has been dropped. */
	#late = false;
	/** The source has no more frames. */
	#ended = false;
	/** A connection was made, and nothing was sent over it yet. */
	#unused = false;
	/** The previous connection was not used either. */
	#again = false;
	#sent = 0;
	#dropped = 0;
	#failures = 0;
	#error: string | undefined;

	/**
	 * Throws a ClientError for an invalid URL, a RangeError for an invalid rate, and a TypeError for an invalid header
	 * field.
	 */
	constructor(options: PusherOptions) {
		const { rate = 0, token } = options;
		if (!(rate >= 0 && rate < Infinity))
			throw new RangeError(`the rate is ${rate} frames per second, not 0 or more`);
		this.#options = options;
		this.#target = parseUrl(options.url).target;
		this.#headers = { ...options.headers, ...(token !== undefined && { Authorization: `Bearer ${token}` }) };
		new Headers(this.#headers);
		this.#rateLimiter = new FrameRateLimiter(rate);
		this.#pauses = new Pauses(options.random ?? Math.random);
		this.#log = options.log ?? ((line) => trace(`${line}\n`));
	}

	/** Counters and the last error. */
	get state(): PushState {
		return {
			running: this.#client !== undefined,
			connected: this.#client?.connected ?? false,
			sent: this.#sent,
			dropped: this.#dropped,
			failures: this.#failures,
			error: this.#error,
		};
	}

	/**
	 * Starts posting, until `stop` is called or the source ends. Resets the counters. Does nothing if it runs already.
	 */
	start(): void {
		if (this.#client) return;
		const { io, url, resolve, limits } = this.#options;
		this.#client = new Client({ io, url, resolve, limits });
		this.#sent = this.#dropped = this.#failures = 0;
		this.#error = undefined;
		this.#ended = this.#unused = this.#again = this.#late = false;
		this.#rateLimiter.restart();
		this.#pauses.reset();
		this.connect();
	}

	/** Stops at once; a frame that is being sent returns to its source. */
	stop(): void {
		const client = this.#client;
		this.#client = undefined;
		this.unwatch();
		Timer.clear(this.#timer);
		this.#timer = undefined;
		this.#sending = false;
		client?.close();
	}

	onFrame(frame: Frame): void {
		const client = this.#client;
		if (!client || !this.#rateLimiter.accepts(frame.timestamp)) return;
		if (this.#sending) {
			this.#dropped++;
			this.#late = true;
		} else if (client.connected) this.send(client, frame);
		else if (this.#unused && this.#again)
			this.failed({
				message: "the server closed the connection before anything was sent",
				lasting: false,
				retryAfter: 0,
			});
		else {
			// A connection that closed while the source had no frames is not a failure; two that close at once are.
			this.#again = this.#unused;
			this.#rateLimiter.restart();
			this.connect();
		}
	}

	onEnd(): void {
		this.#watching = false;
		this.#ended = true;
		if (this.#client && !this.#sending) this.finish();
	}

	/** Stops, after the source has ended and its last frame is sent. */
	private finish(): void {
		this.stop();
		this.#log("push: there are no more frames");
	}

	/** Connects before there is a frame to send, so that no frame is kept during that time. */
	private connect(): void {
		const client = this.#client!;
		this.unwatch();
		client.connect().then(() => {
			if (client !== this.#client) return;
			this.#unused = true;
			this.watch();
		}, this.failure(client));
	}

	private send(client: Client, frame: Frame): void {
		const headers = {
			"Content-Type": "image/jpeg",
			"X-Timestamp": timestampOf(frame),
			...this.#headers,
			"Content-Length": frame.byteLength,
		};
		this.#sending = true;
		this.#unused = this.#again = false;
		frame.retain();
		client
			.request("POST", this.#target, { headers, body: new BorrowedBody(frame.buffer, () => frame.release()) })
			.then((response) => {
				if (client === this.#client) this.answered(response);
			}, this.failure(client));
	}

	private answered(response: ClientResponse): void {
		this.#sending = false;
		if (!response.ok) return this.failed(refusalOf(response, this.#options.token !== undefined));
		this.#sent++;
		this.#pauses.reset();
		if (this.#error !== undefined) {
			this.#error = undefined;
			this.#log("push: works again");
		}
		// After a delay, send the next frame there is, rather than the next that is due.
		if (this.#late) this.#rateLimiter.restart();
		this.#late = false;
		// Rest if the rate is so low that the camera can be idle between two frames. Do not rest while a frame is sent:
		// each newer one makes the camera give a slow reader a copy and take back its buffer.
		const interval = this.#rateLimiter.rate > 0 ? Math.round(1_000 / this.#rateLimiter.rate) : 0;
		if (this.#ended) this.finish();
		else if (interval > 2 * PUSH_PAUSES.lead) this.rest(interval - PUSH_PAUSES.lead);
	}

	private failure(client: Client): (error: unknown) => void {
		return (error) => {
			if (client === this.#client) this.failed({ message: messageOf(error), lasting: false, retryAfter: 0 });
		};
	}

	private failed({ message, lasting, retryAfter }: Refusal): void {
		const pause = this.#pauses.next(lasting, retryAfter);
		this.#sending = this.#late = this.#unused = false;
		this.#failures++;
		if (message !== this.#error) this.#log(`push: ${message}; next attempt in ${Math.round(pause / 1_000)} s`);
		this.#error = message;
		this.#rateLimiter.restart();
		if (this.#ended) this.finish();
		else this.rest(pause);
	}

	/** Takes no frames for a while. */
	private rest(time: number): void {
		this.unwatch();
		Timer.clear(this.#timer);
		this.#timer = Timer.set(() => {
			this.#timer = undefined;
			if (this.#client!.connected) this.watch();
			else this.connect();
		}, time);
	}

	private watch(): void {
		this.#watching = true;
		try {
			this.#options.camera.watch(this);
		} catch (error) {
			// the camera was closed during the pause
			this.#watching = false;
			this.failed({ message: messageOf(error), lasting: false, retryAfter: 0 });
		}
	}

	private unwatch(): void {
		if (!this.#watching) return;
		this.#watching = false;
		this.#options.camera.unwatch(this);
	}
}
