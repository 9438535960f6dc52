import { HANDLER_SLOTS } from "./handler-places.ts";
import { responseBytes, streamBytes, streamCount, upgradedCount } from "./measures.ts";
import { RESPONSES } from "./room-maker.ts";
import type { ShareHolder, Shares } from "./occupant.ts";
import type { ServerContext } from "./server-context.ts";
import { HttpError } from "../http-error.ts";
import type { Input } from "./input.ts";
import type { ReceivedHeaders } from "../received-headers.ts";

/** Slots that most streams take beyond their connections, for the response and its viewer, as counted on a board's heap. */
const STREAM_SLOTS = 100;
/** Slots that a connection takes. */
const CONNECTION_SLOTS = 80;
/** Streams that an address keeps, however few others have. */
const HOUSEHOLD = 4;
/** No client's address. */
const NONE = "";

/** Bytes up to which a response is not counted. It fits into one packet, and costs less than the connection. */
const SMALL = 512;

/** Header fields, as far as their memory is concerned. */
type Shrinkable = Pick<ReceivedHeaders, "byteLength" | "shrink" | "clear">;

/**
 * One request's share of the server's budgets: memory for its head and response, and a place among the content waiters,
 * the handlers or the streams.
 */
export class Reservation implements Shares {
	readonly #server: ServerContext;
	/** Bytes reserved for the head, which is kept as long as the request. */
	#headBytes = 0;
	/** Bytes reserved for the response. */
	#responseBytes = 0;
	/** The input of a stream's connection. */
	#input: Input | undefined;

	/** Whether it has a place among the requests that wait for content. */
	awaitsContent = false;
	/** The client's address, if it has a handler place; NONE otherwise. */
	#handlerAddress: string | undefined = NONE;
	/** Slots that it has as a stream; 0 if it has no place among those. Its memory then counts against the streams' budget. */
	streamSlots = 0;

	/** Reports whether it has a handler place. */
	get hasHandler(): boolean {
		return this.#handlerAddress !== NONE;
	}

	/** Bytes of a stream's memory: those of its head, and of what its client has sent. */
	get streamBytes(): number {
		return this.streamSlots ? this.#headBytes + this.#input!.share : 0;
	}

	/** Bytes reserved for the response. */
	get responseBytes(): number {
		return this.#responseBytes;
	}

	/** Reports whether memory is reserved for a response. */
	get holdsResponse(): boolean {
		return this.#responseBytes > 0;
	}

	constructor(server: ServerContext) {
		this.#server = server;
	}

	/**
	 * Reserves memory for the head. May close a connection whose client is slow, or has yet to send the rest of a larger head, to
	 * get it. Returns false if there is not enough.
	 */
	reserveHead(share: number, asker: ShareHolder): boolean {
		const { headMemory, room } = this.#server;
		while (!headMemory.tryReserve(share)) {
			if (!room.makeHeadRoom(asker, share)) return false;
		}
		this.#headBytes = share;
		return true;
	}

	/** Bytes of the memory for heads that `shrinkHead` releases. */
	get spareHeadBytes(): number {
		return Math.max(0, this.#headBytes - this.#server.limits.streamHead);
	}

	/**
	 * Has the header fields take at most `limits.streamHead`, as those of a stream do. If even their names take more, it clears
	 * them and returns false.
	 */
	shrinkHead(headers: Shrinkable): boolean {
		const fits = this.shrink(headers);
		this.resizeHead(headers.byteLength);
		return fits;
	}

	private shrink(headers: Shrinkable): boolean {
		try {
			headers.shrink(this.#server.limits.streamHead);
			return true;
		} catch {
			headers.clear();
			return false;
		}
	}

	/**
	 * Reserves a place among the requests that wait for content. May close the connection of another that does. Returns false
	 * if there is no place.
	 */
	reserveContentWait(asker: ShareHolder): boolean {
		const { contentWaiters } = this.#server;
		while (!this.awaitsContent && !contentWaiters.tryReserve(1)) {
			if (!this.#server.room.abortContentWaiter(asker)) return false;
		}
		this.awaitsContent = true;
		return true;
	}

	/**
	 * Reserves a handler place. Returns false if none is free.
	 * @param last Whether it may take the last place.
	 * @param slow Whether the handler may have to wait for its client to send content.
	 */
	acquireHandler(address: string | undefined, last = false, slow = false): boolean {
		if (this.hasHandler) return true;
		const { handlers, limits } = this.#server;
		if (!last && !this.leavesRoom(limits.handlerSlots)) return false;
		if (!handlers.tryAcquire(address, last, slow)) return false;
		this.#handlerAddress = address;
		return true;
	}

	/** Releases the handler place. */
	releaseHandler(): void {
		if (!this.hasHandler) return;
		this.#server.handlers.release(this.#handlerAddress);
		this.#handlerAddress = NONE;
	}

	/** Releases the place among the content waiters: the content has arrived, or the handler no longer waits for it. */
	releaseContentWait(): void {
		if (this.awaitsContent) this.#server.contentWaiters.release(1);
		this.awaitsContent = false;
	}

	/**
	 * Reserves a place for a stream. Streams must leave connections and memory for other requests. May close a stream of an
	 * address that has more of them. Throws an HttpError 503 if no place is free. Clears the input and returns false if there is
	 * no memory for what the client has sent ahead.
	 *
	 * @param headers Those of the request, which may last as long as the stream. Shrinks them to `limits.streamHead`, and clears
	 * them if even their names take more: the handler has read what it needs.
	 * @param more Slots that the stream takes beyond those of most.
	 */
	reserveStream(input: Input, asker: ShareHolder, headers: Shrinkable | undefined, more = 0): boolean {
		const { limits, room, slots, streamMemory, streams } = this.#server;
		const error = new HttpError(503, "too many streams", { "Retry-After": 5 }),
			own = STREAM_SLOTS + more;
		if (headers && headers.byteLength > limits.streamHead) this.shrink(headers);
		// A stream must leave the slots of a handler free.
		while (!slots.tryReserve(own + HANDLER_SLOTS)) {
			if (!room.displace(upgradedCount, 1, asker) && !this.displaceStream(asker)) throw error;
		}
		while (!streams.tryReserve(1)) {
			if (this.displaceStream(asker) || room.displaceStranger(streamCount, asker)) continue;
			slots.release(own + HANDLER_SLOTS);
			throw error;
		}
		slots.release(HANDLER_SLOTS);
		if (
			(!this.admitsStream(more) && !(this.displaceStream(asker) && this.admitsStream(more, true))) ||
			!this.reserveStreamMemory(asker, headers)
		) {
			streams.release(1);
			slots.release(own);
			throw error;
		}
		this.#input = input;
		this.streamSlots = own;
		this.#server.handlers.shorten();
		if (input.charge(streamMemory)) return true;
		input.clear();
		input.charge(streamMemory);
		return false;
	}

	/** Reserves the memory of streams for the head, instead of that of other requests. */
	private reserveStreamMemory(asker: ShareHolder, headers: Shrinkable | undefined): boolean {
		const { headMemory, limits, streamMemory } = this.#server,
			share = headers?.byteLength ?? 0;
		while (!streamMemory.tryReserve(share)) {
			const { room } = this.#server;
			if (!room.releaseSpare(asker, true) && !room.displace(streamBytes, share, asker, limits.streamMemory / 2))
				return false;
		}
		headMemory.release(this.#headBytes);
		this.#headBytes = share;
		return true;
	}

	/**
	 * Whether there is room for a stream, and for one more request. A stream that takes more than most leaves room for a
	 * connection whose handler waits, too: as many of them as there are places would leave none for a picture.
	 * @param more Slots that the stream takes beyond those of most.
	 * @param released Whether something has just been released.
	 */
	admitsStream(more = 0, released = false): boolean {
		const { handlerSlots, streamSlots } = this.#server.limits;
		return this.leavesRoom(streamSlots + (more > 0 ? CONNECTION_SLOTS + handlerSlots : 0), released);
	}

	/** Closes a stream of an address that has more of them than the asker's. Returns false if there is none. */
	private displaceStream(asker: ShareHolder): boolean {
		return this.#server.room.displace(streamCount, 1, asker, HOUSEHOLD);
	}

	/** Whether there is room for the given number of slots, and for one more request. */
	private leavesRoom(slots: number, released = false): boolean {
		const { limits } = this.#server;
		return this.#server.room.freeMemory(limits.headroomSlots + slots, limits.headroomBytes, undefined, released);
	}

	/**
	 * Reserves memory for a response of the given number of bytes and releases what was reserved before. May close the
	 * connection of an address that holds more, or of a slow client, to get the memory. Returns false if there is not enough.
	 */
	reserveResponse(size: number, asker: ShareHolder): boolean {
		const { limits, responseMemory } = this.#server;
		// A small response goes out with its head.
		const share = size <= SMALL ? 0 : Math.min(size, limits.responseMemory);
		while (!responseMemory.resize(this.#responseBytes, share)) {
			if (!this.#server.room.displace(responseBytes, share, asker) && !this.#server.room.abortSlowest(RESPONSES))
				return false;
		}
		this.#responseBytes = share;
		return true;
	}

	/** Releases the memory of the response. */
	releaseResponse(): void {
		this.#server.responseMemory.release(this.#responseBytes);
		this.#responseBytes = 0;
	}

	/** Releases the memory of the head once nobody holds the request. */
	releaseHead(): void {
		this.resizeHead(0);
	}

	/** Releases the memory that the head takes beyond the given size. */
	private resizeHead(size: number): void {
		const { headMemory, streamMemory } = this.#server;
		(this.streamSlots ? streamMemory : headMemory).resize(this.#headBytes, size);
		this.#headBytes = size;
	}

	/** Releases the places. Returns false if there is no memory for what the connection has read beyond the request. */
	releasePlaces(input: Input): boolean {
		this.releaseContentWait();
		if (!this.streamSlots) return true;
		this.#server.streams.release(1);
		this.#server.slots.release(this.streamSlots);
		this.streamSlots = 0;
		this.#server.handlers.wake();
		return input.charge(this.#server.headMemory);
	}
}
