import Timer from "timer";
import type { Handler, HandlerObject } from "yieldcam/http/handler";
import type { Request } from "yieldcam/http/request";
import type { Response } from "yieldcam/http/response";

export interface CameraOpenerOptions {
	/** Opens the camera and returns what answers requests from then on. Throws where it does not open. */
	open(): Handler | HandlerObject;
	/** Takes a line of text without its end. */
	log(line: string): void;
	/** Makes what answers meanwhile, once, of what says why there is no camera; see `withoutCamera`. */
	meanwhile(reason: () => string): Handler;
	/** For whoever finds that this board's sensor gives no JPEG: the names of boards sold with one that does. */
	readonly jpegBoards?: readonly string[] | undefined;
	/** Milliseconds; of the wall clock unless told. */
	readonly now?: () => number;
}

/** What `camera.c` throws. */
interface CameraError extends Error {
	/** The sensor, where it is one that gives no JPEG. */
	readonly sensor?: string;
}

/**
 * Milliseconds until another attempt: four times as long as the last took, which stops the machine. Where no sensor answers,
 * that is known within some tens of milliseconds; where the bus hangs, the driver waits a second for each of the seventeen
 * sensors that it knows (esp32-camera, sccb-ng.c and sensor.c), and is asked twice, once without JPEG.
 */
const PAUSES_MS = Object.freeze({ shortest: 1_000, longest: 80_000 });

/**
 * Opens the camera, however often it takes: a ribbon cable may be put in later, a supply come up slowly.
 * Until then it is answered with the reason, since not everybody has a console.
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
		// A sensor that gives no JPEG will not give any later.
		if (error.sensor !== undefined) return;
		// Within bounds also where the clock was set.
		Timer.set(() => this.attempt(), Math.min(Math.max(4 * duration, PAUSES_MS.shortest), PAUSES_MS.longest));
	}

	private explain({ message, sensor }: CameraError): string {
		const { jpegBoards } = this.#options;
		return sensor !== undefined && jpegBoards
			? `${message}; boards sold with one that does: ${jpegBoards.join(", ")}`
			: message;
	}
}
