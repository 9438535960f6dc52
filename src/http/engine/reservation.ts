import { HEADS, RESPONSES } from "./places.ts";
import type { Host } from "./server-context.ts";
import { HttpError } from "../http-error.ts";
import type { Input } from "./input.ts";

/** Slots that a stream takes beyond its connection: its response, the viewer; as counted on a board's heap. */
const STREAM = 100;
/** And a handler that has promised a response: a dozen promises and closures. A password check takes most of all, 490. */
const HANDLER = 450;

/** Bytes of a response that are not counted: as much goes into a packet, and costs less than the connection. */
const SMALL = 512;

/** What one request has of the server's budgets: memory for its head, a place among those that wait for content, or among streams. */
export class Account {
	readonly #host: Host;
	/** Bytes for the head, which is kept as long as the request. */
	#share = 0;
	/** Bytes for the response. */
	#held = 0;

	/** Has a place among those that wait for content. */
	waiting = false;
	/** Has one among the handlers at work. */
	#working = false;
	/** Has one among streams, and its memory is theirs. */
	streaming = false;

	/** Has memory for a response. */
	get holding(): boolean {
		return this.#held > 0;
	}

	constructor(host: Host) {
		this.#host = host;
	}

	/** Takes memory for the head, if need be that of a client that is slow, and a place where content is to be waited for. False where there is none. */
	open(share: number, waits: boolean): boolean {
		const { contents, memory } = this.#host;
		if (waits && !contents.change(0, 1)) return false;
		this.waiting = waits;
		while (!memory.change(0, share)) {
			if (!this.#host.relieve(HEADS)) return false;
		}
		this.#share = share;
		return true;
	}

	/**
	 * A handler goes to work. False where enough others are.
	 * @param last Whether it may have the last place.
	 */
	work(last = false): boolean {
		const { limits, slots } = this.#host;
		if (!this.#working)
			this.#working = last
				? slots.change(0, HANDLER)
				: this.leavesRoom(limits.handlerSlots) &&
					slots.change(0, 2 * HANDLER) &&
					slots.change(2 * HANDLER, HANDLER);
		return this.#working;
	}

	/** It is done. */
	rest(): void {
		if (this.#working) this.#host.slots.change(HANDLER, 0);
		this.#working = false;
	}

	/** The content is there, or is not waited for any longer. */
	waitNoMore(): void {
		if (this.waiting) this.#host.contents.change(1, 0);
		this.waiting = false;
	}

	/** A stream must leave connections, and memory, for what is no stream. Throws an HttpError 503 where there is no place. */
	stream(input: Input): void {
		const { memory, slots, streamMemory, streams } = this.#host;
		const error = new HttpError(503, "too many streams", { "Retry-After": 5 });
		if (!streams.change(0, 1)) throw error;
		// Nor may it have the last handler's place.
		if (!slots.change(0, STREAM + HANDLER) || !slots.change(HANDLER, 0)) {
			streams.change(1, 0);
			throw error;
		}
		if (!this.admitsStream() || !streamMemory.change(0, this.#share)) {
			streams.change(1, 0);
			slots.change(STREAM, 0);
			throw error;
		}
		memory.change(this.#share, 0);
		this.streaming = true;
		if (!input.charge(streamMemory)) throw error; // the rest is given back where streams end
	}

	/** Whether there is room for what a stream takes that a program generates, and for a request after that. */
	admitsStream(): boolean {
		return this.leavesRoom(this.#host.limits.streamSlots);
	}

	/** Whether there is room for so many slots, and for a request after that. */
	private leavesRoom(slots: number): boolean {
		const { limits } = this.#host;
		return this.#host.hasMemory(limits.headroomSlots + slots, limits.headroomBytes);
	}

	/** Takes memory for a response of so many bytes, in place of what there was, if need be that of a client that is slow. False where there is none. */
	hold(size: number): boolean {
		const { limits, responseMemory } = this.#host;
		// A small one goes out with its head.
		const share = size <= SMALL ? 0 : Math.min(size, limits.responseMemory);
		while (!responseMemory.change(this.#held, share)) {
			if (!this.#host.relieve(RESPONSES)) return false;
		}
		this.#held = share;
		return true;
	}

	/** Gives back what is for the head: nobody has the request any more. */
	forget(): void {
		const { memory, streamMemory } = this.#host;
		(this.streaming ? streamMemory : memory).change(this.#share, 0);
		this.#share = 0;
	}

	/** Gives back the places. False where there is no memory for what the connection has read beyond the request. */
	close(input: Input): boolean {
		this.waitNoMore();
		if (!this.streaming) return true;
		this.streaming = false;
		this.#host.streams.change(1, 0);
		this.#host.slots.change(STREAM, 0);
		return input.charge(this.#host.memory);
	}
}
