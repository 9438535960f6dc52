import Timer from "timer";
import type { CameraDriver } from "./driver.ts";

/**
 * Milliseconds that a request may take. The largest takes some 200. With a bus that is stuck the driver gives up after a
 * second in most cases, but may try other registers.
 */
const TIMEOUT_MS = 1_500;

/** Requests that wait for others. Each has a handler's place, so there are no more of them on the board. */
const MAX_WAITING = 4;

/** A request to the sensor. */
interface SensorRequest {
	/** Passes it to the driver. Returns false if there is nothing to ask the sensor for. Removed then, since it takes memory. */
	begin?: (() => boolean) | undefined;
	/** Receives the driver's result, which is negative for a refusal, or why there is none. Should throw nothing. */
	done(result: number, error?: Error): void;
}

/**
 * The requests to the camera's sensor, whose bus takes one at a time. The next one begins only after `done` of the one
 * before, which therefore sees the settings that this one has made.
 */
export class SensorBus {
	readonly #driver: CameraDriver;
	readonly #waiting: SensorRequest[] = [];
	/** The one that has begun, until its `done` has returned. */
	#current: SensorRequest | undefined;
	/** Whether the current one has no result yet. */
	#awaited = false;
	#closed = false;
	#timer: Timer | undefined;

	constructor(driver: CameraDriver) {
		this.#driver = driver;
	}

	/** Whether a request is under way, or waits. */
	get busy(): boolean {
		return this.#awaited || this.#waiting.length > 0;
	}

	/** Adds a request. */
	add(request: SensorRequest): void {
		if (this.#closed) return request.done(0, closedError());
		if (this.#waiting.length === MAX_WAITING)
			return request.done(0, new Error("too many changes wait for the camera"));
		this.#waiting.push(request);
		if (!this.#current) this.begin();
	}

	/** Receives the driver's result: a text if there is none. Ignores one that no request awaits, such as after `close`. */
	finish(result: number | string): void {
		if (typeof result === "string") this.end(this.#current, 0, new Error(result));
		else this.end(this.#current, result);
	}

	/** Ends all requests, and refuses others. */
	close(): void {
		const requests = this.#waiting.splice(0);
		if (this.#awaited) requests.unshift(this.#current!);
		this.#awaited = false;
		this.#closed = true;
		this.rest();
		requests.forEach((request) => request.done(0, closedError()));
	}

	private begin(): void {
		const request = (this.#current = this.#waiting.shift());
		if (!request) return;
		this.#awaited = true;
		try {
			const begin = request.begin!;
			request.begin = undefined;
			if (!begin()) this.end(request, 0);
		} catch (error) {
			this.end(request, 0, error as Error);
		}
		// The result may have come at once, and the next request may be under way.
		if (this.#awaited && this.#current === request) this.#timer = Timer.set(() => this.expire(), TIMEOUT_MS);
	}

	private end(request: SensorRequest | undefined, result: number, error?: Error): void {
		if (!this.#awaited || !request || this.#current !== request) return;
		this.#awaited = false;
		this.rest();
		try {
			request.done(result, error);
		} catch (fault) {
			// The next request must begin all the same. The log has a rejection without a handler, with its stack.
			void Promise.reject(fault);
		}
		this.begin();
	}

	private rest(): void {
		if (this.#timer) Timer.clear(this.#timer);
		this.#timer = undefined;
	}

	private expire(): void {
		this.#timer = undefined;
		// Otherwise the result is on its way.
		if (this.#driver.abandon())
			this.finish("the camera's bus is stuck; check the ribbon cable and the camera's power");
	}
}

function closedError(): Error {
	return new Error("the camera was closed");
}
