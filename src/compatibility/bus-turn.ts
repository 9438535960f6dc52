import type { Camera } from "../camera/camera.ts";
import { HttpError, tooManyWait } from "../http/http-error.ts";
import type { Request } from "../http/request.ts";
import { Response } from "../http/response.ts";

/**
 * The turn of requests that use the sensor's bus although their method is GET. One of them at a time has a handler's place
 * while it waits for the bus, since strangers, and sliders of other programs, send many of them; the others are in the
 * server's queue, where they take little memory.
 */
export class BusTurn {
	readonly #camera: Camera;
	#isTaken = false;

	constructor(camera: Camera) {
		this.#camera = camera;
	}

	/**
	 * Responds with what `begin` passes on, at once or later: a response, or the error for the client. Throws an HttpError 503,
	 * with which the request may wait, if another has the turn, or no handler place is free. If `begin` throws, the turn is over,
	 * and this throws the same.
	 */
	respond(request: Request, begin: (done: (result: Response | Error) => void) => void): Response | Promise<Response> {
		if (this.#isTaken) request.waitForTurn();
		if (this.#isTaken || !request.acquireHandler()) throw tooManyWait();
		let result: Response | Error | undefined, settle: ((result: Response | Error) => void) | undefined;
		this.#isTaken = true;
		try {
			begin((given) => {
				this.#isTaken = false;
				result = given;
				settle?.(given);
			});
		} catch (error) {
			this.#isTaken = false;
			throw error;
		}
		if (result instanceof Error) throw result;
		return (
			result ??
			new Promise((resolve, reject) => {
				settle = (given) => (given instanceof Error ? reject(given) : resolve(given));
			})
		);
	}

	/** Has the sensor execute a command: see CameraDriver. */
	command(request: Request, name: string, values: readonly number[]): Response | Promise<Response> {
		return this.respond(request, (done) =>
			this.#camera.command(name, values, (error, result) => {
				if (error) done(new HttpError(503, error.message));
				else if (result === undefined) done(new HttpError(500, `the ${this.#camera.sensor.name} refuses it`));
				else done(new Response(name === "greg" ? String(result) : null));
			}),
		);
	}
}
