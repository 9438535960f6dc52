import { Rate } from "yieldcam/camera/rate";
import type { FrameSource } from "yieldcam/camera/source";
import device from "yieldcam/device";
import type { Service } from "yieldcam/device/device";
import { RELATIVE_BASE } from "yieldcam/http/html";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";
import type { Picture } from "yieldcam/mjpeg/mjpeg";
import { MjpegStream } from "yieldcam/mjpeg/stream";
import { PictureSource } from "yieldcam/pictures/picture-source";

export interface JpegStreamerOptions {
	/** Default: 8000, as in MaixPy. */
	readonly port?: number;
}

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>JPEG stream</title>
${RELATIVE_BASE}
<img loading="lazy" src="stream" alt="Live picture">
</html>
`;

/**
 * Serves the pictures that a program writes, with MaixPy's interface (maix.http.JpegStreamer): a page at `/`, and the
 * stream at `/stream`, for any number of viewers at a time.
 *
 * @example
 * const stream = new JpegStreamer({ port: 8000 });
 * stream.setHtml("<h1>My picture</h1><img src=stream>");
 * stream.start();
 * stream.write(jpeg);
 */
export class JpegStreamer {
	readonly #pictures = new PictureSource();
	readonly #stream = new MjpegStream(this.#pictures);
	readonly #rate = new Rate();
	readonly #port: number;
	#html = PAGE;
	#service: Service | undefined;

	/** Accepts additional routes of the program. */
	readonly router = new Router()
		.get("/", () => Response.html(this.#html))
		.get("/stream", ({ remoteAddress }) => this.#stream.respond(remoteAddress));

	constructor({ port = 8000 }: JpegStreamerOptions = {}) {
		this.#port = port;
	}

	/** The device's address; undefined before `start`, and while there is no network. */
	get host(): string | undefined {
		return this.#service?.host;
	}

	/** The port of the running server, or the configured one. */
	get port(): number {
		return this.#service?.port ?? this.#port;
	}

	/** Pictures written per second, over the last few seconds. */
	get fps(): number {
		return this.#rate.perSecond(now());
	}

	/** Number of viewers of the stream. */
	get viewers(): number {
		return this.#stream.viewers.length;
	}

	/** The pictures as a source, for other users of them: a `Pusher`, for example. */
	get source(): FrameSource {
		return this.#pictures;
	}

	/** Sets the page at `/`, which shows the stream with `<img loading="lazy" src="stream">`. */
	setHtml(html: string): void {
		this.#html = html;
	}

	/** Starts the server. Does nothing if it runs. */
	start(): void {
		this.#service ??= device.serve(() => this.router, { port: this.#port });
	}

	/** Stops the server and its streams. The last picture is kept for the next start. */
	stop(): void {
		this.#service?.close();
		this.#service = undefined;
	}

	/**
	 * Shows a picture: current viewers get it at once, later ones see it first.
	 *
	 * @throws RangeError if it is not a complete JPEG.
	 */
	write(picture: Picture): void {
		this.#pictures.write(picture);
		this.#rate.count(now());
	}
}

/** Microseconds. */
function now(): number {
	return Date.now() * 1_000;
}
