import { HEADS, RESPONSES } from "./places.ts";
import type { ServerContext } from "./server-context.ts";
import { HttpError } from "../http-error.ts";
import type { Input } from "./input.ts";

/** Slots that a stream takes beyond its connection: its response, the viewer; as counted on a board's heap. */
const STREAM = 100;
/** And a handler that has promised a response: a dozen promises and closures. A password check takes most of all, 490. */
const HANDLER = 450;

/** Bytes of a response that are not counted: as much goes into a packet, and costs less than the connection. */
const SMALL = 512;

/** What one request has of the server's budgets: memory for its head, a place among those that wait for content, or among streams. */
export class Reservation {
	readonly #server: ServerContext;
	/** Bytes for the head, which is kept as long as the request. */
	#headBytes = 0;
	/** Bytes for the response. */
	#responseBytes = 0;

	/** Has a place among those that wait for content. */
	awaitsContent = false;
	/** Has one among the handlers at work. */
	#hasHandler = false;
	/** Has one among streams, and its memory is theirs. */
	streaming = false;

	/** Has memory for a response. */
	get holdsResponse(): boolean {
		return this.#responseBytes > 0;
	}

	constructor(host: ServerContext) {
		this.#server = host;
	}

	/** Takes memory for the head, if need be that of a client that is slow, and a place where content is to be waited for. False where there is none. */
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
	 * Reserves a place among the handlers at work. Returns false if too many are.
	 * @param last Whether it may have the last place.
	 */
	acquireHandler(last = false): boolean {
		if (!this.#hasHandler) this.#hasHandler = last ? this.#server.slots.tryReserve(HANDLER) : this.acquireUsual();
		return this.#hasHandler;
	}

	/** The same, with the last place left for others. */
	private acquireUsual(): boolean {
		const { limits, slots } = this.#server;
		if (!this.leavesRoom(limits.handlerSlots) || !slots.tryReserve(2 * HANDLER)) return false;
		slots.release(HANDLER);
		return true;
	}

	/** It is done. */
	releaseHandler(): void {
		if (this.#hasHandler) this.#server.slots.release(HANDLER);
		this.#hasHandler = false;
	}

	/** The content is there, or is not waited for any longer. */
	releaseContentWait(): void {
		if (this.awaitsContent) this.#server.contentWaiters.release(1);
		this.awaitsContent = false;
	}

	/** A stream must leave connections, and memory, for what is no stream. Throws an HttpError 503 where there is no place. */
	reserveStream(input: Input): void {
		const { headMemory, slots, streamMemory, streams } = this.#server;
		const error = new HttpError(503, "too many streams", { "Retry-After": 5 });
		if (!streams.tryReserve(1)) throw error;
		// Nor may it have the last handler's place.
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
		if (!input.charge(streamMemory)) throw error; // the rest is given back where streams end
	}

	/** Whether there is room for what a stream takes that a program generates, and for a request after that. */
	admitsStream(): boolean {
		return this.leavesRoom(this.#server.limits.streamSlots);
	}

	/** Whether there is room for so many slots, and for a request after that. */
	private leavesRoom(slots: number): boolean {
		const { limits } = this.#server;
		return this.#server.hasMemory(limits.headroomSlots + slots, limits.headroomBytes);
	}

	/** Takes memory for a response of so many bytes, in place of what there was, if need be that of a client that is slow. False where there is none. */
	reserveResponse(size: number): boolean {
		const { limits, responseMemory } = this.#server;
		// A small one goes out with its head.
		const share = size <= SMALL ? 0 : Math.min(size, limits.responseMemory);
		while (!responseMemory.resize(this.#responseBytes, share)) {
			if (!this.#server.abortSlowest(RESPONSES)) return false;
		}
		this.#responseBytes = share;
		return true;
	}

	/** Gives back what is for the head: nobody has the request any more. */
	releaseHead(): void {
		const { headMemory, streamMemory } = this.#server;
		(this.streaming ? streamMemory : headMemory).release(this.#headBytes);
		this.#headBytes = 0;
	}

	/** Gives back the places. False where there is no memory for what the connection has read beyond the request. */
	release(input: Input): boolean {
		this.releaseContentWait();
		if (!this.streaming) return true;
		this.streaming = false;
		this.#server.streams.release(1);
		this.#server.slots.release(STREAM);
		return input.charge(this.#server.headMemory);
	}
}
