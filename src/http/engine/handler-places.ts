import Timer from "timer";
import type { Budget } from "./budget.ts";

/**
 * Slots that are counted for a handler that has promised a response: a dozen promises and closures. Most take 340 to 410,
 * a password check 490.
 */
export const HANDLER_SLOTS = 450;

/**
 * Places of connections that requests in the queue leave to others, which are answered at once: otherwise, a few requests that wait
 * would keep everybody else out, where streams have all other places.
 */
const QUICK_PLACES = 2;

/** Most addresses that are remembered since they got a place: without that, those that ask again at once would share all places. */
const MAX_RECENT = 16;

/** Milliseconds after which a request is tried again that found a place but no memory. */
const RETRY_PAUSE_MS = 50;

/** A request that waits for a handler place. */
export interface QueuedRequest {
	readonly remoteAddress: string | undefined;
	/** Whether it may take the last place. */
	readonly mayTakeLast: boolean;
	/** Whether its handler may have to wait for its client to send content. */
	readonly maySendSlowly: boolean;
	/** Whether it waits for memory of the heap, and not for a place. */
	readonly lacksMemory: boolean;
	/** Calls the handler, now that there may be a place, and memory. */
	retry(): void;
	/** Answers 503: another request takes its place in the queue, or it has waited for too long. */
	giveWay(): void;
}

/**
 * The places of handlers that wait, and the queue of requests for which none is free. Without a queue the client that asks
 * again most quickly would have all of them. Each place takes HANDLER_SLOTS of the machine's slots.
 */
export class HandlerPlaces {
	readonly #slots: Budget;
	readonly #maxQueued: number;
	readonly #suspicion: (address: string | undefined) => number;
	readonly #quickPlaces: () => number;
	/** The address of each handler at work, even if its client has disconnected. */
	readonly #addresses: (string | undefined)[] = [];
	readonly #queue: QueuedRequest[] = [];
	/** The addresses that got a place, the last one first. */
	#recent: readonly (string | undefined)[] = [];
	#waking = false;

	/**
	 * @param maxQueued `limits.queued`.
	 * @param suspicion Returns how much is held against an address.
	 * @param quickPlaces See `Places.quickPlaces`.
	 */
	constructor(
		slots: Budget,
		maxQueued: number,
		suspicion: (address: string | undefined) => number,
		quickPlaces: () => number,
	) {
		this.#slots = slots;
		this.#quickPlaces = quickPlaces;
		this.#maxQueued = maxQueued;
		this.#suspicion = suspicion;
	}

	/**
	 * Whether the queue may grow, as far as connections are concerned. Beside as many streams as may be, it has a single place, or
	 * one client of quick requests would have all others refused.
	 */
	get mayGrow(): boolean {
		return this.#quickPlaces() > (this.busy ? QUICK_PLACES : 1);
	}

	/** Whether requests wait for a place: those that come later have to wait, too. */
	get busy(): boolean {
		return this.#queue.length > 0;
	}

	/**
	 * Reserves a place for a client's handler. Returns false if none is free. Keeps one for requests that may take the last.
	 * An address with two handlers leaves one more for other addresses, or with one if few connections are left to those; and so
	 * does a handler whose client is slow.
	 *
	 * @param slow Whether the handler may have to wait for its client to send content.
	 */
	tryAcquire(address: string | undefined, last: boolean, slow = false): boolean {
		const needed = this.needed(address, last, slow);
		if (!this.#slots.tryReserve(needed)) return false;
		this.#slots.release(needed - HANDLER_SLOTS);
		this.#addresses.push(address);
		if (this.#recent[0] !== address)
			this.#recent = [address, ...this.#recent.filter((other) => other !== address).slice(0, MAX_RECENT - 1)];
		return true;
	}

	/** Releases the place of a client's handler. */
	release(address: string | undefined): void {
		const addresses = this.#addresses;
		addresses[addresses.indexOf(address)] = addresses[addresses.length - 1];
		addresses.length--;
		this.#slots.release(HANDLER_SLOTS);
		this.wake();
	}

	/**
	 * Queues a request. Returns false if it has to be refused.
	 *
	 * @param grow Whether there is memory for one more. Otherwise it can only take the place of another.
	 */
	enqueue(request: QueuedRequest, grow: boolean): boolean {
		if ((!grow || this.#queue.length >= this.#maxQueued) && !this.makeQueueRoom(request)) return false;
		this.#queue.push(request);
		this.wake();
		return true;
	}

	/** Takes a request out of the queue, if it is in there. */
	remove(request: QueuedRequest): void {
		const index = this.#queue.indexOf(request);
		if (index >= 0) this.#queue.splice(index, 1);
	}

	/** Takes the newest requests out of the queue, as long as too few connections are left to others: a stream has begun. */
	shorten(): void {
		while (this.busy && this.#quickPlaces() < QUICK_PLACES) this.#queue.pop()!.giveWay();
	}

	/** Called when slots are free again: in the next turn the next request gets one. */
	wake(pause = 0): void {
		if (!this.busy || this.#waking) return;
		this.#waking = true;
		Timer.set(() => {
			this.#waking = false;
			this.next();
		}, pause);
	}

	/**
	 * Retries the request of the address with the least suspicion, of several of the one that has the fewest handlers at work,
	 * the oldest of several. If there is no place or memory for it yet, no other takes what is free, except for a request whose
	 * client may be slow: that one needs more than others do, which would have to wait for its client.
	 */
	private next(): void {
		let first: QueuedRequest | undefined,
			least = Infinity,
			fewest = Infinity,
			free = false;
		for (let i = 0; i < this.#queue.length; i++) {
			const request = this.#queue[i],
				{ remoteAddress, mayTakeLast, maySendSlowly } = request,
				suspicion = this.#suspicion(remoteAddress),
				isFree = request.lacksMemory || this.isFree(remoteAddress, mayTakeLast, maySendSlowly),
				count = isFree || !maySendSlowly ? this.count(remoteAddress) : Infinity;
			if (suspicion > least || (suspicion === least && (count > fewest || (count === fewest && free)))) continue;
			first = request;
			least = suspicion;
			fewest = count;
			free = isFree;
		}
		if (!first || !free) return;
		this.remove(first);
		this.#waking = true;
		first.retry();
		this.#waking = false;
		// If it is queued again, memory is short, and there is no event when it no longer is.
		this.wake(this.#queue.includes(first) ? RETRY_PAUSE_MS : 0);
	}

	private needed(address: string | undefined, last: boolean, slow: boolean): number {
		const count = this.count(address);
		if (last) return Math.max(1, Math.min(3, count)) * HANDLER_SLOTS;
		const isModest = count === 0 || (count === 1 && this.#quickPlaces() > QUICK_PLACES);
		return (isModest && !slow ? 2 : 3) * HANDLER_SLOTS;
	}

	/** How many handlers are at work. */
	get working(): number {
		return this.#addresses.length;
	}

	/** How many handlers of an address are at work. */
	count(address: string | undefined): number {
		return countOf(this.#addresses, address);
	}

	/** Reports whether `tryAcquire` would reserve a place. */
	isFree(address: string | undefined, last: boolean, slow = false): boolean {
		return this.#slots.left >= this.needed(address, last, slow);
	}

	/**
	 * Takes the place of a queued request for another: of an address with more suspicion; else of one that has at least two more in
	 * the queue and at work; else of the one that got a place last, if that was after this one did, and this one then has no more
	 * than the other has now. Of several it is the newest request.
	 */
	private makeQueueRoom({ remoteAddress }: QueuedRequest): boolean {
		const addresses = this.#queue.map((queued) => queued.remoteAddress),
			total = (address: string | undefined): number => countOf(addresses, address) + this.count(address),
			own = total(remoteAddress),
			ownAge = this.ageOf(remoteAddress),
			suspicion = this.#suspicion(remoteAddress);
		let first: QueuedRequest | undefined,
			least = Infinity;
		for (let i = this.#queue.length - 1; i >= 0; i--) {
			const queued = this.#queue[i],
				address = queued.remoteAddress,
				more = this.#suspicion(address) - suspicion,
				age = this.ageOf(address);
			const had = total(address),
				isLater = more === 0 && age < ownAge && had > own;
			const rank = more > 0 ? -2 : had >= own + 2 ? -1 : isLater ? age : Infinity;
			if (rank >= least) continue;
			first = queued;
			least = rank;
		}
		if (!first) return false;
		this.remove(first);
		first.giveWay();
		return true;
	}

	/** Returns how many addresses have got a place since one did; Infinity if that is not known. */
	ageOf(address: string | undefined): number {
		const age = this.#recent.indexOf(address);
		return age < 0 ? Infinity : age;
	}
}

/** Counts an address in a list. */
export function countOf(addresses: readonly (string | undefined)[], address: string | undefined): number {
	let count = 0;
	for (let i = 0; i < addresses.length; i++) if (addresses[i] === address) count++;
	return count;
}
