import type { Machine } from "../machine.ts";
import { FairShares } from "./fair-shares.ts";
import type { Occupant, ShareHolder } from "./occupant.ts";
import type { Places } from "./places.ts";

/** Bytes in a sweep. A client that takes as many is not closed for the memory that it holds. */
const QUICK = 8_192;
/** Bytes in a sweep, for memory outside the heap, of which there is more. */
const QUICK_LARGE = 65_536;

/** The claim of an address that has never got a handler place, or so long ago that it is forgotten. */
const MAX_CLAIM = 1_000;

/** Slots that a dormant connection takes, at least. */
const DORMANT_SLOTS = 60;
/** Ranks after every dormant connection of an unknown address; its multiples after each kind. */
const KNOWN = 2 ** 40;
/** The dormant ones, and those that `shed` lists. */
const KINDS = 6;

// Which memory is short.
/** Memory for heads, and for what is sent ahead. */
export const HEADS = 0;
/** Memory for responses in the heap. */
export const RESPONSES = 1;
/** Memory of a driver or a converter, outside the heap. */
export const ELSEWHERE = 2;

/** Closes connections of a server for what others need: memory of the heap and of the budgets, and places within those. */
export class RoomMaker extends FairShares {
	readonly #machine: Machine;
	readonly #claim: (address: string | undefined) => number;

	/** Bytes. `limits.responseMemory`. */
	readonly #allResponses: number;

	/**
	 * @param claim Returns an address's claim to a handler place: higher the longer ago it got one.
	 * @param allResponses Bytes. `limits.responseMemory`.
	 */
	constructor(
		places: Places,
		machine: Machine,
		claim: (address: string | undefined) => number,
		allResponses: number,
	) {
		super(places);
		this.#machine = machine;
		this.#claim = claim;
		this.#allResponses = allResponses;
	}

	/**
	 * Ensures that the given amount of the heap is free. If it is not, closes connections, kind by kind, until it is: those
	 * whose clients have not asked for anything, then idle ones, then slow ones, then requests that wait for their turn, then
	 * streams whose clients do not take what they receive, then responses that are taken slowly. For the owner's requests, it
	 * closes any streams, the newest first. Returns false if that is not enough.
	 * @param released Whether something has just been released, so that a collection is worth its time.
	 */
	freeMemory(slots: number, bytes: number, asker?: Occupant, released = false): boolean {
		const machine = this.#machine;
		if (machine.room(slots, bytes, released)) return true;
		for (let kind = 0; kind < KINDS; kind++) {
			while (kind === 0 ? this.shedDormant(slots, bytes, asker) : this.shed(kind, asker)) {
				if (machine.room(slots, bytes, true)) return true;
			}
		}
		this.places.noteShortage();
		return false;
	}

	/**
	 * Closes dormant connections until a collection may find enough: those that were never served, then idle ones, then those
	 * that hold a request; of each kind those of unknown addresses first, and of those the ones that have waited longest. Returns
	 * false if there is none.
	 */
	private shedDormant(slots: number, bytes: number, asker?: Occupant): boolean {
		const machine = this.#machine,
			lacksBytesOnly = machine.room(slots, 0);
		const rank = (connection: Occupant): number => {
			const { dormant, expendable, fresh, holdsRequest, idleSince = 0 } = connection;
			// A reset may overtake the last response, if the client has not acknowledged that.
			if (connection === asker || !dormant || !expendable) return Infinity;
			// One that holds no request has no bytes to give.
			if (lacksBytesOnly && !holdsRequest && connection.unfinishedBytes === 0) return Infinity;
			return (
				idleSince +
				(this.isKnown(connection.remoteAddress) ? KNOWN : 0) +
				(fresh ? 0 : holdsRequest ? 4 : 2) * KNOWN
			);
		};
		let left = slots;
		while (this.places.abortFirst(rank)) if (machine.room((left -= DORMANT_SLOTS), bytes)) return true;
		return left < slots;
	}

	/** Closes one connection of a kind that is not dormant. Returns false if there is none. */
	private shed(kind: number, asker?: Occupant): boolean {
		switch (kind) {
			case 1:
				return this.places.abortStalled(asker);
			case 2:
				return this.abortQueued(asker);
			case 3:
				return this.abortStuck(asker);
			case 4:
				return this.abortProlonged(asker);
			default:
				return (
					asker?.trusted === true &&
					this.places.abortFirst(
						(connection) => (connection !== asker && connection.streaming ? 0 : Infinity),
						true,
					)
				);
		}
	}

	/**
	 * Closes the connection whose response in the heap is the largest, of those that have lasted for a sweep, or for a look if they
	 * take all memory for responses. Returns false if there is none.
	 */
	private abortProlonged(asker?: Occupant): boolean {
		return this.places.abortFirst((connection) => {
			const bytes = connection.reservation?.responseBytes ?? 0;
			if (connection === asker || bytes === 0) return Infinity;
			return connection.prolonged || (bytes >= this.#allResponses && this.places.hasSeen(connection))
				? -bytes
				: Infinity;
		});
	}

	/**
	 * Closes the connection whose request waits for its turn and has the least claim to it, the newest of several. Returns false
	 * if there is none that has less than the asker. A known client waits for others that are known.
	 */
	private abortQueued(asker?: Occupant): boolean {
		const claim = (address: string | undefined): number =>
			Math.min(this.#claim(address), MAX_CLAIM) - 2 * MAX_CLAIM * this.places.suspicion(address);
		const own = asker ? claim(asker.remoteAddress) : Infinity,
			suspicion = asker ? this.places.suspicion(asker.remoteAddress) : 0;
		return this.places.abortFirst((connection) => {
			const { remoteAddress } = connection;
			if (connection === asker || !(connection.queued || connection.postponed)) return Infinity;
			if (suspicion < 0 && this.places.suspicion(remoteAddress) <= suspicion) return Infinity;
			const other = claim(remoteAddress);
			return other < own ? other : Infinity;
		}, true);
	}

	/** Closes the stream on the oldest connection whose client does not take what it receives. Returns false if there is none. */
	abortStuck(asker?: Occupant): boolean {
		return this.places.abortFirst((connection) => (connection !== asker && connection.stuck ? 0 : Infinity));
	}

	/**
	 * Closes the stream, other than the sender's, whose client has been taking the same block for longest. Returns
	 * false if there is none.
	 */
	abortLongestHeld(sender: Occupant): boolean {
		return this.places.abortFirst((connection) => {
			const { held } = connection.sender;
			return connection === sender || !connection.streaming || held === 0 ? Infinity : held;
		});
	}

	/**
	 * Closes the connection whose client took least in the last sweep, among those that hold some of the memory that is
	 * short. It only closes a client that has had at least one sweep, and takes less than others can be expected to
	 * wait for. Returns false if there is none.
	 *
	 * @param memory HEADS, RESPONSES or ELSEWHERE.
	 */
	abortSlowest(memory: number): boolean {
		const limit = memory === ELSEWHERE ? QUICK_LARGE : QUICK;
		const isShort = (connection: Occupant): boolean =>
			memory === HEADS || (memory === RESPONSES ? connection.holdsResponse : connection.responding);
		this.places.noteShortage();
		return (
			this.places.abortFirst((connection) => {
				const { recentBytes = limit } = connection;
				return recentBytes < limit && isShort(connection) ? recentBytes : Infinity;
			}) ||
			this.places.abortFirst((connection) =>
				isShort(connection) ? -this.places.stalledLooks(connection) : Infinity,
			)
		);
	}

	/**
	 * Makes room in the memory for heads and what is sent ahead. Returns false if it cannot.
	 *
	 * @param bytes What the asker needs.
	 */
	makeHeadRoom(asker: ShareHolder, bytes: number): boolean {
		return (
			this.abortSlowest(HEADS) ||
			this.releaseSpare(asker, false) ||
			this.abortUnfinished(asker, bytes) ||
			this.releaseUnread(asker)
		);
	}

	/** Has the handler with the most content that it has not asked for do without it. Returns false if there is none. */
	private releaseUnread(asker: ShareHolder): boolean {
		const largest = this.places.first((connection) => this.mayTake(connection, asker, connection.unreadBytes));
		largest?.releaseUnread();
		return largest !== undefined;
	}

	/** Returns the rank of a connection that may give up so many bytes: known clients do not, for a stranger. */
	private mayTake(connection: Occupant, asker: ShareHolder, bytes: number): number {
		if (connection === asker || bytes === 0) return Infinity;
		return this.isKnown(connection.remoteAddress) && !this.isKnown(asker.remoteAddress) ? Infinity : -bytes;
	}

	/**
	 * Has the connection with the most memory that it can do without give that up. Returns false if there is none.
	 *
	 * @param streaming Whether the memory of streams is short, and not that for heads.
	 */
	releaseSpare(asker: ShareHolder, streaming: boolean): boolean {
		const largest = this.places.first((connection) =>
			connection.streaming === streaming ? this.mayTake(connection, asker, connection.spareBytes) : Infinity,
		);
		largest?.releaseSpare();
		return largest !== undefined;
	}

	/**
	 * Closes the connection with the most memory for a request that is not at work yet, for a smaller one: clients that begin
	 * large heads again and again are never slow. Where twelve of them hold all of the memory, one has more than a browser's
	 * head takes. A known client makes room for a stranger that needs a quarter of that, and a stranger for any known client.
	 * Returns false if there is none.
	 *
	 * @param bytes What the other head takes.
	 */
	private abortUnfinished(asker: ShareHolder, bytes: number): boolean {
		const isKnown = this.isKnown(asker.remoteAddress);
		return this.places.abortFirst((connection) => {
			const { remoteAddress, unfinishedBytes } = connection;
			if (connection === asker || unfinishedBytes === 0) return Infinity;
			const isStranger = !this.isKnown(remoteAddress),
				least = isStranger === isKnown ? (isKnown ? 0 : 4 * bytes) : bytes;
			return unfinishedBytes > least ? -unfinishedBytes : Infinity;
		}, true);
	}
}
