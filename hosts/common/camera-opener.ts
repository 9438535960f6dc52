import Timer from "timer";
import type { Handler, HandlerObject } from "yieldcam/http/handler";
import type { Request } from "yieldcam/http/request";
import type { Response } from "yieldcam/http/response";

export interface CameraOpenerOptions {
	/** Opens the camera and returns the handler for requests from then on. Throws if the camera does not open. */
	open(): Handler | HandlerObject;
	/** Receives a line of text without its line end. */
	log(line: string): void;
	/**
	 * Makes, once, the handler for the time without a camera, from a function that returns the reason; see
	 * `withoutCamera`.
	 */
	meanwhile(reason: () => string): Handler;
	/** Names of boards sold with a JPEG sensor, for users whose sensor gives no JPEG. */
	readonly jpegBoards?: readonly string[] | undefined;
	/** Milliseconds. Default: the wall clock. */
	readonly now?: () => number;
}

/** The error that `camera.c` throws. */
interface CameraError extends Error {
	/** The sensor's name, if it gives no JPEG. */
	readonly sensor?: string;
}

/**
 * Milliseconds before another attempt: four times as long as the last attempt, which blocks the machine. If no sensor
 * answers, that is known within some tens of milliseconds. If the bus hangs, the driver waits a second for each of the
 * seventeen sensors that it knows (esp32-camera, sccb-ng.c and sensor.c), and is called twice, once without JPEG.
 */
const PAUSES_MS = Object.freeze({ shortest: 1_000, longest: 80_000 });

/**
 * Opens the camera, with as many attempts as it takes: a ribbon cable may be plugged in later, or a supply come up
 * slowly. Until then requests are answered with the reason, because not everybody has a console.
 */
export class CameraOpener implements HandlerObject {
	readonly #options: CameraOpenerOptions;
	readonly #now: () => number;
	#handler: HandlerObject | undefined;
	#meanwhile: Handler | undefined;
	#reason = "";

	constructor(options: CameraOpenerOptions) {
		this.#options = options;
		this.#now = options.now ?? Date.now;
		this.attempt();
	}

	handle(request: Request): Response | Promise<Response> {
		return this.#handler ? this.#handler.handle(request) : this.#meanwhile!(request);
	}

	suspicion(address: string | undefined): number {
		return this.#handler?.suspicion?.(address) ?? 0;
	}

	private attempt(): void {
		const begun = this.#now();
		try {
			const handler = this.#options.open();
			this.#handler = typeof handler === "function" ? { handle: handler } : handler;
			this.#meanwhile = undefined;
		} catch (error) {
			this.failed(error as CameraError, this.#now() - begun);
		}
	}

	private failed(error: CameraError, duration: number): void {
		const reason = this.explain(error);
		if (reason !== this.#reason) this.#options.log(`yieldcam: ${reason}`);
		this.#reason = reason;
		this.#meanwhile ??= this.#options.meanwhile(() => this.#reason);
		// A sensor that gives no JPEG now never will.
		if (error.sensor !== undefined) return;
		// Limited on both sides, because the clock may have been set.
		Timer.set(() => this.attempt(), Math.min(Math.max(4 * duration, PAUSES_MS.shortest), PAUSES_MS.longest));
	}

	private explain({ message, sensor }: CameraError): string {
		const { jpegBoards } = this.#options;
		return sensor !== undefined && jpegBoards
			? `${message}; boards sold with one that does: ${jpegBoards.join(", ")}`
			: message;
	}
}
