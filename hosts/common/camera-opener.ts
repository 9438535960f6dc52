import Timer from "timer";
import type { CameraDriver } from "yieldcam/camera/driver";
import type { Handler, HandlerObject } from "yieldcam/http/handler";
import type { Request } from "yieldcam/http/request";
import type { Response } from "yieldcam/http/response";

export interface CameraOpenerOptions {
	/** Opens the camera and returns the handler for requests from then on. Throws if the camera does not open. */
	open(): Handler | HandlerObject;
	/** Reports whether the camera is still being opened, after `open` has thrown a pending error. */
	opening?(): boolean;
	/** Returns the camera that is open, if there is one. */
	current?(): Pick<CameraDriver, "close"> | undefined;
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
	/** Whether the camera is still being opened. */
	readonly pending?: boolean;
}

/**
 * Milliseconds before another attempt: four times as long as the last one has stopped the machine. If no sensor answers, that is
 * known within some tens of milliseconds. If the bus hangs, the driver waits a second for each of the seventeen sensors that it
 * knows (esp32-camera, sccb-ng.c and sensor.c), and is called twice, once without JPEG: the machine only waits for a part of that
 * (`DriverOptions.openWait`).
 */
const PAUSES_MS = Object.freeze({ shortest: 1_000, longest: 80_000 });

/** How often to look whether an opening has ended. */
const POLL_MS = 200;

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
	/** Milliseconds for which the attempt has stopped the machine. */
	#stopped = 0;

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
		const begun = this.#now(),
			before = this.#options.current?.();
		try {
			const handler = this.#options.open();
			this.#handler = typeof handler === "function" ? { handle: handler } : handler;
			this.#meanwhile = undefined;
		} catch (error) {
			// What failed came after the camera had opened. It must be free for the next attempt, whose error would be another.
			const opened = this.#options.current?.();
			if (opened !== before) opened?.close();
			this.#stopped += this.#now() - begun;
			this.failed(error as CameraError);
		}
	}

	/** Goes on once the opening has ended. */
	private poll(): void {
		Timer.set(() => (this.#options.opening?.() ? this.poll() : this.attempt()), POLL_MS);
	}

	private failed(error: CameraError): void {
		// That it waits for another attempt says less than why the last one failed.
		const reason = error.pending && this.#reason ? this.#reason : this.explain(error);
		if (reason !== this.#reason) this.#options.log(`yieldcam: ${reason}`);
		this.#reason = reason;
		this.#meanwhile ??= this.#options.meanwhile(() => this.#reason);
		if (error.pending) return this.poll();
		const pause = Math.min(Math.max(4 * this.#stopped, PAUSES_MS.shortest), PAUSES_MS.longest);
		this.#stopped = 0;
		// A sensor that gives no JPEG now never will. Limited on both sides, because the clock may have been set.
		if (error.sensor === undefined) Timer.set(() => this.attempt(), pause);
	}

	private explain({ message, sensor }: CameraError): string {
		const { jpegBoards } = this.#options;
		return sensor !== undefined && jpegBoards
			? `${message}; boards sold with one that does: ${jpegBoards.join(", ")}`
			: message;
	}
}
