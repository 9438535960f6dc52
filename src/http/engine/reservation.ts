import { HEADS, RESPONSES } from "./places.ts";
import type { ServerContext } from "./server-context.ts";
import { HttpError } from "../http-error.ts";
import type { Input } from "./input.ts";

/** Slots that a stream takes beyond its connection, for its response and its viewer, as counted on a board's heap. */
const STREAM = 100;
/**
 * Slots of a handler that has promised a response: a dozen promises and closures. A password check takes the most, 490.
 */
const HANDLER = 450;

/** Bytes up to which a response is not counted. It fits into one packet, and costs less than the connection. */
const SMALL = 512;

/**
 * One request's share of the server's budgets: memory for its head and response, and a place among the content waiters,
 * the handlers or the streams.
 */
export class Reservation {
	readonly #server: ServerContext;
	/** Bytes reserved for the head, which is kept as long as the request. */
	#headBytes = 0;
	/** Bytes reserved for the response. */
	#responseBytes = 0;

	/** Whether it has a place among the requests that wait for content. */
	awaitsContent = false;
	/** Whether it has a handler slot. */
	#hasHandler = false;
	/** Whether it has a place among the streams. Its memory then counts against the streams' budget. */
	streaming = false;

	/** Reports whether memory is reserved for a response. */
	get holdsResponse(): boolean {
		return this.#responseBytes > 0;
	}

	constructor(host: ServerContext) {
		this.#server = host;
	}

	/**
	 * Reserves memory for the head, and a place among the content waiters if the request has to wait for its content.
	 * May close a slow client's connection to get the memory. Returns false if there is not enough.
	 */
	reserveHead(share: number, waits: boolean): boolean {
		const { contentWaiters, headMemory } = this.#server;
		if (waits && !contentWaiters.tryReserve(1)) return false;
		this.awaitsContent = waits;
		while (!headMemory.tryReserve(share)) {
			if (!this.#server.abortSlowest(HEADS)) return false;
		}
		this.#headBytes = share;
		return true;
	}

	/**
	 * Reserves a handler slot. Returns false if none is free.
	 * @param last Whether it may take the last slot.
	 */
	acquireHandler(last = false): boolean {
		if (!this.#hasHandler) this.#hasHandler = last ? this.#server.slots.tryReserve(HANDLER) : this.acquireUsual();
		return this.#hasHandler;
	}

	/** Reserves a handler slot but leaves the last one for others. */
	private acquireUsual(): boolean {
		const { limits, slots } = this.#server;
		if (!this.leavesRoom(limits.handlerSlots) || !slots.tryReserve(2 * HANDLER)) return false;
		slots.release(HANDLER);
		return true;
	}

	/** Releases the handler slot. */
	releaseHandler(): void {
		if (this.#hasHandler) this.#server.slots.release(HANDLER);
		this.#hasHandler = false;
	}

	/** Releases the place among the content waiters: the content has arrived, or the handler no longer waits for it. */
	releaseContentWait(): void {
		if (this.awaitsContent) this.#server.contentWaiters.release(1);
		this.awaitsContent = false;
	}

	/**
	 * Reserves a place for a stream. Streams must leave connections and memory for other requests. Throws an HttpError
	 * 503 if no place is free.
	 */
	reserveStream(input: Input): void {
		const { headMemory, slots, streamMemory, streams } = this.#server;
		const error = new HttpError(503, "too many streams", { "Retry-After": 5 });
		if (!streams.tryReserve(1)) throw error;
		// A stream may not take the last handler's place either.
		if (!slots.tryReserve(STREAM + HANDLER)) {
			streams.release(1);
			throw error;
		}
		slots.release(HANDLER);
		if (!this.admitsStream() || !streamMemory.tryReserve(this.#headBytes)) {
			streams.release(1);
			slots.release(STREAM);
			throw error;
		}
		headMemory.release(this.#headBytes);
		this.streaming = true;
		if (!input.charge(streamMemory)) throw error; // the end of the stream releases the rest
	}

	/** Whether there is room for a stream that a program generates, and for one more request. */
	admitsStream(): boolean {
		return this.leavesRoom(this.#server.limits.streamSlots);
	}

	/** Whether there is room for the given number of slots, and for one more request. */
	private leavesRoom(slots: number): boolean {
		const { limits } = this.#server;
		return this.#server.hasMemory(limits.headroomSlots + slots, limits.headroomBytes);
	}

	/**
	 * Reserves memory for a response of the given number of bytes and releases what was reserved before. May close a
	 * slow client's connection to get the memory. Returns false if there is not enough.
	 */
	reserveResponse(size: number): boolean {
		const { limits, responseMemory } = this.#server;
		// A small response goes out with its head.
		const share = size <= SMALL ? 0 : Math.min(size, limits.responseMemory);
		while (!responseMemory.resize(this.#responseBytes, share)) {
			if (!this.#server.abortSlowest(RESPONSES)) return false;
		}
		this.#responseBytes = share;
		return true;
	}

	/** Releases the memory of the head once nobody holds the request. */
	releaseHead(): void {
		const { headMemory, streamMemory } = this.#server;
		(this.streaming ? streamMemory : headMemory).release(this.#headBytes);
		this.#headBytes = 0;
	}

	/** Releases the places. Returns false if there is no memory for what the connection has read beyond the request. */
	release(input: Input): boolean {
		this.releaseContentWait();
		if (!this.streaming) return true;
		this.streaming = false;
		this.#server.streams.release(1);
		this.#server.slots.release(STREAM);
		return input.charge(this.#server.headMemory);
	}
}
