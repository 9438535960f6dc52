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
	/** Receives the driver's result, which is negative for a refusal, or why there is none. Throws nothing. */
	done(result: number, error?: Error): void;
}

/**
 * The requests to the camera's sensor, whose bus takes one at a time. The next one begins only after `done` of the one
 * before, which therefore sees the settings that this one has made.
 */
export class SensorBus {
	readonly #driver: CameraDriver;
	/** The first is under way. */
	readonly #requests: SensorRequest[] = [];
	#timer: Timer | undefined;

	constructor(driver: CameraDriver) {
		this.#driver = driver;
	}

	/** Adds a request. */
	add(request: SensorRequest): void {
		if (this.#requests.length > MAX_WAITING)
			return request.done(0, new Error("too many changes wait for the camera"));
		this.#requests.push(request);
		if (this.#requests.length === 1) this.begin();
	}

	/** Receives the driver's result: a text if there is none. */
	finish(result: number | string): void {
		if (typeof result === "string") this.end(0, new Error(result));
		else this.end(result);
	}

	/** Ends all requests. */
	close(): void {
		const requests = this.#requests.splice(0);
		this.rest();
		requests.forEach((request) => request.done(0, new Error("the camera was closed")));
	}

	private begin(): void {
		const request = this.#requests[0];
		try {
			const begin = request.begin!;
			request.begin = undefined;
			if (!begin()) this.end(0);
		} catch (error) {
			this.end(0, error as Error);
		}
		if (this.#requests[0] === request) this.#timer = Timer.set(() => this.expire(), TIMEOUT_MS);
	}

	private end(result: number, error?: Error): void {
		const request = this.#requests[0];
		this.rest();
		request.done(result, error);
		this.#requests.shift();
		if (this.#requests.length) this.begin();
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
