import Timer from "timer";
import type { Handler } from "yieldcam/http/handler";
import type { Request } from "yieldcam/http/request";
import { Response } from "yieldcam/http/response";

export interface CameraOpenerOptions {
	/** Opens the camera and returns what answers requests from then on. Throws where it does not open. */
	open(): Handler | { readonly handle: Handler };
	/** Takes a line of text without its end. */
	log(line: string): void;
	/** Answers `/` meanwhile: a page that shows the reason, and the picture as soon as there is one. */
	readonly page?: Handler;
	/** For whoever finds that this board's sensor gives no JPEG: the names of boards sold with one that does. */
	readonly jpegBoards?: readonly string[];
}

/** What `camera.c` throws. */
interface CameraError extends Error {
	/** The sensor, where it is one that gives no JPEG. */
	readonly sensor?: string;
}

/** Milliseconds until another attempt; doubled after each, up to the longest. An attempt stops the machine while it lasts. */
const pauses = Object.freeze({ first: 10_000, longest: 80_000 });

/**
 * Opens the camera, however often it takes: a ribbon cable may be put in later, a supply come up slowly.
 * Until then every address but the page's answers with the reason, since not everybody has a console.
 */
export class CameraOpener {
	readonly #options: CameraOpenerOptions;
	#handler!: Handler;
	#reason: string | undefined;
	#pause = pauses.first;

	constructor(options: CameraOpenerOptions) {
		this.#options = options;
		this.attempt();
	}

	handle(request: Request): Response | Promise<Response> {
		return this.#handler(request);
	}

	private attempt(): void {
		try {
			const handler = this.#options.open();
			this.#handler = typeof handler === "function" ? handler : request => handler.handle(request);
		}
		catch (error) {
			this.failed(error as CameraError);
		}
	}

	private failed(error: CameraError): void {
		const reason = this.explain(error);
		if (reason !== this.#reason)
			this.#options.log(`yieldcam: ${reason}`);
		this.#reason = reason;
		const { page } = this.#options;
		this.#handler = request => page && request.target === "/" ? page(request) : new Response(`${reason}\n`, { status: 503 });
		// A sensor that gives no JPEG will not give any later.
		if (error.sensor !== undefined)
			return;
		Timer.set(() => this.attempt(), this.#pause);
		this.#pause = Math.min(2 * this.#pause, pauses.longest);
	}

	private explain({ message, sensor }: CameraError): string {
		const { jpegBoards } = this.#options;
		return sensor !== undefined && jpegBoards ? `${message}; boards sold with one that does: ${jpegBoards.join(", ")}` : message;
	}
}
