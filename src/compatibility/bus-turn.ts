import Timer from "timer";
import type { Camera } from "../camera/camera.ts";
import { HttpError, tooManyWait } from "../http/http-error.ts";
import type { Request } from "../http/request.ts";
import { Response } from "../http/response.ts";

/** Milliseconds for content that has come with its head to be parsed. A client that sends it slowly keeps nobody waiting for longer. */
const CLAIM_MS = 50;

/** The next turn at the sensor's bus, for requests that change something once their content has come. */
export class BusTurn {
	readonly #camera: Camera;
	/** Set while a request has claimed the turn. */
	#timer: Timer | undefined;

	constructor(camera: Camera) {
		this.#camera = camera;
	}

	/**
	 * Throws an HttpError 503, with which the request waits in the server's queue, while the sensor's bus is in use, or another has
	 * the turn. One request at a time has a handler's place while it waits for the bus, since strangers, and sliders of other
	 * programs, send many of them; the others take little memory in the queue. A handler that changes something calls this
	 * before it does anything, and `release` when it begins to use the bus.
	 */
	claim(request: Request): void {
		if (this.#timer) {
			request.waitForTurn();
			throw tooManyWait();
		}
		waitForBus(this.#camera, request);
		this.#timer = Timer.set(() => this.release(), CLAIM_MS);
	}

	release(): void {
		if (this.#timer) Timer.clear(this.#timer);
		this.#timer = undefined;
	}
}

function waitForBus(camera: Camera, request: Request): void {
	if (!camera.changing) return;
	request.waitForTurn();
	throw tooManyWait();
}

/**
 * Responds to a request that uses the sensor's bus although its method is GET, with what `begin` passes on, at once or later: a
 * response, or the error for the client. Throws what `BusTurn.claim` throws, the same error if no handler place is free,
 * and the errors of `begin`.
 */
export function respondByBus(
	camera: Camera,
	request: Request,
	begin: (done: (result: Response | Error) => void) => void,
): Response | Promise<Response> {
	waitForBus(camera, request);
	if (!request.acquireHandler()) throw tooManyWait();
	let result: Response | Error | undefined, settle: ((result: Response | Error) => void) | undefined;
	begin((given) => {
		result = given;
		settle?.(given);
	});
	if (result instanceof Error) throw result;
	return (
		result ??
		new Promise((resolve, reject) => {
			settle = (given) => (given instanceof Error ? reject(given) : resolve(given));
		})
	);
}

/** Has the sensor execute a command: see CameraDriver. Does the rest as `respondByBus` does. */
export function command(
	camera: Camera,
	request: Request,
	name: string,
	values: readonly number[],
): Response | Promise<Response> {
	return respondByBus(camera, request, (done) =>
		camera.command(name, values, (error, result) => {
			if (error) done(new HttpError(503, error.message));
			else if (result === undefined) done(new HttpError(500, `the ${camera.sensor.name} refuses it`));
			else done(new Response(name === "greg" ? String(result) : null));
		}),
	);
}
