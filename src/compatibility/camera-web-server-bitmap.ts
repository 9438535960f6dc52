import Timer from "timer";
import type { Bitmap, BitmapConverter } from "../camera/bitmap.ts";
import type { Camera } from "../camera/camera.ts";
import { HttpError } from "../http/http-error.ts";
import { BorrowedBody } from "../http/borrowed-body.ts";
import type { Request } from "../http/request.ts";
import { Response } from "../http/response.ts";
import type { Router } from "../http/router.ts";
import { PICTURE_FIELDS } from "../mjpeg/picture-fields.ts";
import { seconds } from "../mjpeg/part.ts";
import { take } from "../mjpeg/snapshot.ts";
import { anyOrigin } from "./cors.ts";

/** Prefix of the converter's message if there is no memory (hosts/common/bitmap.c). */
const NO_MEMORY = "no memory";

/** Milliseconds that a request waits for the memory of a bitmap that is being sent. */
const MEMORY_TIMEOUT_MS = 3_000;

/** A request that waits for its turn. */
interface Waiter {
	readonly remoteAddress: string | undefined;
	begin(): void;
	giveWay(): void;
}

/**
 * `/bmp` of Espressif's CameraWebServer (arduino-esp32, app_httpd.cpp, bmp_handler): a fresh frame as a Windows
 * bitmap.
 *
 * Simultaneous requests wait for their turn, as they do there because that server does one thing at a time: a
 * conversion takes a processor, and three bytes for each pixel. If a client disconnects, its request gives up its
 * place at once. Only one waits, since it takes a handler place that other addresses need; the others are in the server's queue. It gives way if its client has
 * the turn as well.
 */
export class CameraWebServerBitmap {
	readonly #camera: Camera;
	readonly #convert: BitmapConverter | undefined;
	#busy = false;
	/** The address of the client whose turn it is. */
	#served: string | undefined;
	#waiting: Waiter | undefined;
	/** Bitmaps that are being sent. */
	#sending = 0;
	/** Wakes the request that waits for the memory of one. */
	#wake: (() => void) | undefined;

	constructor(camera: Camera, convert: BitmapConverter | undefined) {
		this.#camera = camera;
		this.#convert = convert;
	}

	addTo(router: Router): void {
		router.get("/bmp", (request) => this.respond(request));
	}

	private respond(request: Request): Promise<Response> {
		const convert = this.#convert;
		if (!convert)
			throw new HttpError(501, "this host cannot convert frames to Windows bitmaps; /capture has them as JPEG");
		if (!this.#busy) return this.serve(convert, request);
		const { remoteAddress } = request,
			other = this.#waiting;
		const mayWait = !other || (other.remoteAddress === this.#served && other.remoteAddress !== remoteAddress);
		// Checked before the promise exists: the promise is what takes memory.
		if (!mayWait) request.waitForTurn();
		if (!mayWait || !request.acquireHandler()) throw tooMany();
		other?.giveWay();
		return new Promise((resolve, reject) => {
			const waiter: Waiter = {
				remoteAddress,
				begin: () => resolve(this.serve(convert, request)),
				giveWay: () => {
					if (this.#waiting === waiter) this.#waiting = undefined;
					reject(tooMany());
				},
			};
			this.#waiting = waiter;
			request.onClose(() => this.#waiting === waiter && waiter.giveWay());
		});
	}

	private serve(convert: BitmapConverter, request: Request): Promise<Response> {
		this.#busy = true;
		this.#served = request.remoteAddress;
		const next = (): void => {
			this.#busy = false;
			const waiter = this.#waiting;
			this.#waiting = undefined;
			waiter?.begin();
		};
		const response = this.bitmap(convert, request);
		response.then(next, next);
		return response;
	}

	private async bitmap(convert: BitmapConverter, request: Request): Promise<Response> {
		try {
			const { bitmap, taken } = await this.convert(convert, request);
			// XS takes a host buffer wherever it takes an ArrayBuffer; TypeScript cannot know.
			this.#sending++;
			return anyOrigin(
				new Response(new BorrowedBody(bitmap as unknown as ArrayBuffer, () => this.sent(bitmap)), {
					headers: {
						"Content-Type": "image/x-windows-bmp",
						"Content-Length": String(bitmap.byteLength),
						"Content-Disposition": "inline; filename=capture.bmp",
						"X-Timestamp": seconds(taken),
						...PICTURE_FIELDS,
					},
				}),
			);
		} catch (error) {
			throw error instanceof HttpError ? error : new HttpError(503, (error as Error).message);
		}
	}

	private sent(bitmap: Bitmap): void {
		bitmap.close();
		this.#sending--;
		this.#wake?.();
	}

	/** Waits until a bitmap has been sent. Resolves to false if none is being sent, or in vain. */
	private async waitForMemory(request: Request): Promise<boolean> {
		if (this.#sending === 0) return false;
		return new Promise((resolve) => {
			const finish = (freed: boolean): void => {
				// The hook may run later, while another waits.
				if (this.#wake !== wake) return;
				Timer.clear(timer);
				this.#wake = undefined;
				resolve(freed);
			};
			const wake = (): void => finish(true);
			const timer = Timer.set(() => finish(false), MEMORY_TIMEOUT_MS);
			this.#wake = wake;
			request.onClose(() => finish(false));
		});
	}

	/**
	 * Converts a fresh frame. If there is no memory for a bitmap, aborts the slowest client, which may hold one, or waits
	 * until another has been sent.
	 */
	private async convert(convert: BitmapConverter, request: Request): Promise<{ bitmap: Bitmap; taken: number }> {
		for (;;) {
			const frame = await take(this.#camera, request);
			try {
				let converting;
				try {
					converting = convert(frame.buffer);
				} finally {
					frame.release();
				}
				return { bitmap: await converting, taken: frame.time ?? frame.timestamp };
			} catch (error) {
				if (!(error as Error).message.startsWith(NO_MEMORY)) throw error;
				if (!request.abortSlowest() && !(await this.waitForMemory(request))) throw error;
			}
		}
	}
}

function tooMany(): HttpError {
	return new HttpError(503, "too many requests for a bitmap are waiting", { "Retry-After": 1 });
}
