import { Rate } from "yieldcam/camera/rate";
import type { FrameSource } from "yieldcam/camera/source";
import device from "yieldcam/device";
import type { Service } from "yieldcam/device/device";
import { Response } from "yieldcam/http/response";
import { Router } from "yieldcam/http/router";
import type { Picture } from "yieldcam/mjpeg/mjpeg";
import { MjpegStream } from "yieldcam/mjpeg/stream";
import { PictureSource } from "yieldcam/pictures/picture-source";

export interface JpegStreamerOptions {
	/** 8000 unless told, as MaixPy's. */
	readonly port?: number;
}

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>JPEG stream</title>
<img src="/stream" alt="Live picture">
</html>
`;

/**
 * A server of the pictures that a program writes, with MaixPy's interface (maix.http.JpegStreamer): a page at `/`, the
 * stream at `/stream`, for any number of viewers at a time.
 *
 * @example
 * const stream = new JpegStreamer({ port: 8000 });
 * stream.setHtml("<h1>My picture</h1><img src=/stream>");
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

	/** For routes of the program's own. */
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

	get port(): number {
		return this.#service?.port ?? this.#port;
	}

	/** Pictures written per second, lately. */
	get fps(): number {
		return this.#rate.perSecond(now());
	}

	/** Those who watch the stream. */
	get viewers(): number {
		return this.#stream.viewers.length;
	}

	/** The pictures, for others who want them as they are written: a `Pusher`, say. */
	get source(): FrameSource {
		return this.#pictures;
	}

	/** The page at `/`; it shows the stream by `<img src="/stream">`. */
	setHtml(html: string): void {
		this.#html = html;
	}

	start(): void {
		this.#service ??= device.serve(() => this.router, { port: this.#port });
	}

	/** Ends the server and its streams; what is written is kept for the next start. */
	stop(): void {
		this.#service?.close();
		this.#service = undefined;
	}

	/**
	 * Shows a picture: who watches gets it at once, who comes later sees it first.
	 *
	 * @throws RangeError for what is no whole JPEG.
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
