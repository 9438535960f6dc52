import Timer from "timer";
import type { Connection } from "./connection.ts";
import { type HttpError, unavailable } from "../http-error.ts";
import type { Limits } from "../limits.ts";
import type { Machine } from "../machine.ts";
import type { Measure, ReservationHolder } from "./reservation.ts";
import type { RoomMaker } from "./server-context.ts";
import { Regulars } from "./regulars.ts";

export interface PlacesOptions {
	readonly limits: Limits;
	readonly machine: Machine;
	/** How much is held against an address. */
	suspicion(address: string | undefined): number;
}

/** Favors an address that was served before places became short, but less than one that somebody has signed in from. */
const REGULAR = -0.5;
/** Ranks before every idle connection: its client has sent nothing, or part of a head. */
const DUMB = -0.5;
/** Looks after which such a client has had the time to send it. */
const DUMB_LOOKS = 4;
/** Ranks after every idle connection. */
const SLOW = 2 ** 40;
/** Ranks before connections that have been served since the last look, and after idle ones that have not. */
const DUMB_LATELY = SLOW / 4;
const ACTIVE = SLOW / 2;
/** Ranks after those, which have waited for longer. */
const STALE = 2 * SLOW;
/** Ranks after those: these clients take what they receive, but slowly. */
const LONG = 3 * SLOW;
/** Bytes that a client must advance between two looks to count as making progress: those of one packet. */
const ENOUGH = 1_436;
/** Bytes in a sweep. A client that takes as many is not closed for the memory that it holds. */
const QUICK = 8_192;
/** Bytes in a sweep, for memory outside the heap, of which there is more. */
const QUICK_LARGE = 65_536;

// Which memory is short.
/** Memory for heads, and for what is sent ahead. */
export const HEADS = 0;
/** Memory for responses in the heap. */
export const RESPONSES = 1;
/** Memory of a driver or a converter, outside the heap. */
export const ELSEWHERE = 2;

/** Ranks after every connection that has waited. */
const LAST = Number.MAX_VALUE;

/** A server's connections, and which of them make room if places or memory are short. */
export class Places implements RoomMaker {
	readonly #options: PlacesOptions;
	/** Connections that are served. */
	readonly connections = new Set<Connection>();
	/** Connections that only receive a 503. */
	readonly refusals = new Set<Connection>();
	readonly #regulars = new Regulars();
	#timer: Timer | undefined;
	/** Whether memory was short since the last sweep. */
	#short = false;
	/** While places or memory are short: how far each connection's client had come at the last look. */
	#progress: Map<Connection, number> | undefined;
	/** While they are short: for how many looks each client has come no farther. */
	#stale: Map<Connection, number> | undefined;

	constructor(options: PlacesOptions) {
		this.#options = options;
	}

	/** Reports whether all places are taken. */
	get full(): boolean {
		return this.connections.size >= this.#options.limits.connections;
	}

	/** Reports whether as many connections are being refused as `limits.refusals` allows. */
	get refusing(): boolean {
		return this.refusals.size >= this.#options.limits.refusals;
	}

	get empty(): boolean {
		return this.connections.size + this.refusals.size === 0;
	}

	/** Adds a connection. If all places are taken, adds it to those to be refused, and returns true. */
	add(connection: Connection): boolean {
		const { full } = this;
		(full ? this.refusals : this.connections).add(connection);
		return full;
	}

	delete(connection: Connection): void {
		if (connection.served && !this.full && !this.#progress) this.#regulars.note(connection.remoteAddress);
		this.connections.delete(connection);
		this.refusals.delete(connection);
		this.#progress?.delete(connection);
		this.#stale?.delete(connection);
	}

	forEach(callback: (connection: Connection) => void): void {
		this.connections.forEach(callback);
		this.refusals.forEach(callback);
	}

	/**
	 * Notes how far each client has come, for `makeRoom` and `abortSlowest`. Called every `limits.lookInterval` while clients
	 * find no place or no memory: a client on the same network needs some milliseconds to send a request, and to take what it receives.
	 */
	look(): void {
		const before = this.#progress,
			progress = new Map<Connection, number>(),
			stale = new Map<Connection, number>();
		this.connections.forEach((connection) => {
			const now = connection.progress,
				then = before?.get(connection);
			if (now === undefined) return;
			progress.set(connection, now);
			if (then !== undefined && now - then < ENOUGH)
				stale.set(connection, (this.#stale?.get(connection) ?? 0) + 1);
		});
		this.#progress = progress;
		this.#stale = stale;
	}

	/** Begins to call `look`, until neither places nor memory are short for a sweep. */
	startLooking(): void {
		this.#timer ??= Timer.repeat(() => this.look(), this.#options.limits.lookInterval);
	}

	stopLooking(): void {
		if (this.#timer) Timer.clear(this.#timer);
		this.#timer = this.#progress = this.#stale = undefined;
	}

	/**
	 * Must be called in every sweep.
	 *
	 * @param crowded Whether a client found no place since the last.
	 */
	sweep(crowded: boolean): void {
		this.#regulars.sweep();
		if (!crowded && !this.#short) this.stopLooking();
		this.#short = false;
	}

	/** Closes a connection whose client leaves it waiting, if there is one: the one that `rank` puts first. */
	makeRoom(address: string | undefined): void {
		const crowd = this.crowd(address),
			suspicion = this.suspicion(address);
		const first = this.first((connection) => this.rank(connection, address, crowd, suspicion));
		if (!first) return;
		// A client that keeps its connection for another request expects that it may be closed (RFC 9112, 9.5). A
		// client that has not been served gets a 503 with a time to come again.
		if (!first.fresh || this.refusing) return first.abort();
		this.connections.delete(first);
		this.refusals.add(first);
		first.refuse(tooMany());
	}

	/**
	 * Ranks a connection among those that make room for a newcomer. Returns Infinity if it does not make room.
	 *
	 * First come the served connections that will be closed anyway, then those of addresses with more against them than
	 * the newcomer's. If somebody has signed in from the newcomer's address, connections of any address that nobody has
	 * signed in from come next, whatever they do. If the newcomer's address was served before places became short,
	 * those of any address that was not come next, once they have been there for one look.
	 *
	 * Of the others, if one address has more connections than any other, only that address's connections make room:
	 * idle before slow, and of each kind the one that has waited longest first. Then come those whose clients have
	 * taken nothing of a response since the last look, and those that last.
	 *
	 * A connection that has just been accepted, and whose client has had no time to ask, makes room only if a flood may
	 * have filled the places. It does so for a client of another address than the one with the most connections. If no
	 * address has the most, it does so for any client, and the clients that have sent nothing come first. Once they
	 * have had the time, such connections rank before idle ones, but not for one more connection of the address with
	 * the most.
	 */
	private rank(
		connection: Connection,
		address: string | undefined,
		crowd: string | undefined,
		suspicion: number,
	): number {
		const { idleSince, remoteAddress } = connection;
		const looks = this.#stale?.get(connection) ?? 0,
			stale = looks > 0;
		if (suspicion < 0 && !connection.streaming && (suspicion < REGULAR || this.#progress?.has(connection))) {
			if (this.suspicion(remoteAddress) > suspicion) return -1;
		}
		if (connection.lingering) return stale || connection.expendable ? -2 : Infinity;
		if (looks >= DUMB_LOOKS && connection.fresh && (crowd !== address || remoteAddress === address)) return DUMB;
		// An address with more connections than others may not fill the places with requests that wait for their turn.
		if (connection.queued)
			return crowd !== undefined && remoteAddress === crowd && crowd !== address ? SLOW : Infinity;
		const { prolonged } = connection;
		const hasPause = connection.waiting && connection.expendable;
		if (!hasPause && !prolonged && !(stale && !connection.fresh)) return Infinity;
		if (this.suspicion(remoteAddress) > suspicion) return -1;
		if (crowd !== undefined && remoteAddress !== crowd) return Infinity;
		if (idleSince !== undefined && connection.holdsRequest) return SLOW + idleSince;
		if (stale && connection.fresh) return DUMB_LATELY;
		if (idleSince !== undefined) return stale || !this.#stale ? idleSince : ACTIVE + idleSince;
		if (stale) return STALE;
		if (prolonged) return LONG;
		// A client that has sent half a request has not made one.
		return crowd !== undefined
			? crowd !== address
				? LAST
				: Infinity
			: connection.silent
				? LAST / 2
				: connection.fresh
					? LAST
					: Infinity;
	}

	/** What is held against an address. A negative number is in its favor. */
	suspicion(address: string | undefined): number {
		const suspicion = this.#options.suspicion(address);
		return suspicion === 0 && this.#regulars.has(address) ? REGULAR : suspicion;
	}

	/**
	 * Reports whether the given amount of the heap is free. If it is not, closes connections until it is: those whose
	 * clients have not asked for anything, then idle ones, then slow ones, then streams whose clients do not take what
	 * they receive. For the owner's requests, it closes any streams, the newest first.
	 */
	hasMemory(slots: number, bytes: number, asker?: Connection): boolean {
		const { machine } = this.#options;
		if (machine.room(slots, bytes)) return true;
		for (let i = 0; i < SHEDDING_ORDER.length; i++) {
			const isIdle = SHEDDING_ORDER[i];
			if (
				this.abort((connection) => connection !== asker && connection.dormant && isIdle(connection)) &&
				machine.room(slots, bytes, true)
			)
				return true;
		}
		while (this.abortStuck(asker)) {
			if (machine.room(slots, bytes, true)) return true;
		}
		while (asker?.trusted && this.abortStream(asker)) {
			if (machine.room(slots, bytes, true)) return true;
		}
		return false;
	}

	/** Aborts the matching connections. Returns whether there was one. */
	private abort(matches: (connection: Connection) => boolean): boolean {
		const { size } = this.connections;
		this.connections.forEach((connection) => {
			if (matches(connection)) connection.abort();
		});
		return this.connections.size < size;
	}

	/** Closes the oldest stream whose client does not take what it receives. Returns false if there is none. */
	abortStuck(asker?: Connection): boolean {
		return this.abortFirst((connection) => (connection !== asker && connection.stuck ? 0 : Infinity));
	}

	/**
	 * Closes the stream, other than the sender's, whose client has been taking the same block for longest. Returns
	 * false if there is none.
	 */
	abortLongestHeld(sender: Connection): boolean {
		return this.abortFirst((connection) => {
			const { held } = connection.sender;
			return connection === sender || !connection.streaming || held === 0 ? Infinity : held;
		});
	}

	private abortStream(asker: Connection): boolean {
		let newest: Connection | undefined;
		this.connections.forEach((connection) => {
			if (connection.streaming && connection !== asker) newest = connection;
		});
		newest?.abort();
		return newest !== undefined;
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
		const isShort = (connection: Connection): boolean =>
			memory === HEADS || (memory === RESPONSES ? connection.holdsResponse : connection.responding);
		this.#short = true;
		this.startLooking();
		return (
			this.abortFirst((connection) => {
				const { recentBytes = limit } = connection;
				return recentBytes < limit && isShort(connection) ? recentBytes : Infinity;
			}) || this.abortFirst((connection) => (isShort(connection) ? -this.stalledLooks(connection) : Infinity))
		);
	}

	/** For how many looks a client has taken nothing of its response, if that is long; -Infinity otherwise. */
	private stalledLooks(connection: Connection): number {
		const looks = this.#stale?.get(connection) ?? 0;
		return looks >= DUMB_LOOKS && connection.responding ? looks : -Infinity;
	}

	/**
	 * Closes the connection of a client that a handler waits for to send content, for another that would have to wait: of an
	 * address with more against it; of an address that has at least two more such connections; or one of which nothing has
	 * arrived for a sweep. Returns false if there is none.
	 */
	abortContentWaiter(asker: ReservationHolder): boolean {
		const { remoteAddress } = asker,
			suspicion = this.suspicion(remoteAddress),
			counts = this.totals((connection) => (connection.awaitsContent ? 1 : 0)),
			own = counts.get(remoteAddress) ?? 0;
		return this.abortFirst((connection) => {
			if (connection === asker || !connection.awaitsContent) return Infinity;
			if (this.suspicion(connection.remoteAddress) > suspicion) return 0;
			if (counts.get(connection.remoteAddress)! >= own + 2) return 1;
			return connection.contentStalled ? 2 : Infinity;
		});
	}

	/**
	 * Closes a connection of the address that has most of something, for one that needs some of it, if that address has no less
	 * than the other even afterwards: the connection that has most, the newest of several. Returns false if there is none.
	 */
	displace(measure: Measure, need: number, asker: ReservationHolder): boolean {
		const totals = this.totals(measure),
			own = (totals.get(asker.remoteAddress) ?? 0) + need;
		let victim: Connection | undefined,
			most = 0;
		this.connections.forEach((connection) => {
			const held = measure(connection);
			if (connection === asker || held === 0 || held < most) return;
			if (totals.get(connection.remoteAddress)! - held < own) return;
			victim = connection;
			most = held;
		});
		victim?.abort();
		return victim !== undefined;
	}

	/** How much the connections of each address have of something. */
	private totals(measure: (connection: Connection) => number): Map<string | undefined, number> {
		const totals = new Map<string | undefined, number>();
		this.connections.forEach((connection) => {
			const { remoteAddress } = connection;
			totals.set(remoteAddress, (totals.get(remoteAddress) ?? 0) + measure(connection));
		});
		return totals;
	}

	/** Returns the connection with the lowest rank, the oldest of several. Skips those of rank Infinity. */
	private first(rank: (connection: Connection) => number): Connection | undefined {
		let first: Connection | undefined,
			least = Infinity;
		this.connections.forEach((connection) => {
			const own = rank(connection);
			if (own >= least) return;
			first = connection;
			least = own;
		});
		return first;
	}

	/** Aborts the connection with the lowest rank. Returns false if there is none. */
	private abortFirst(rank: (connection: Connection) => number): boolean {
		const first = this.first(rank);
		first?.abort();
		return first !== undefined;
	}

	/**
	 * The address that has more connections than any other, counting the newcomer's. Undefined if several have the same
	 * number. Streams have places of their own and do not count.
	 */
	private crowd(newcomer: string | undefined): string | undefined {
		const counts = new Map<string | undefined, number>([[newcomer, 0]]);
		this.connections.forEach(({ remoteAddress, streaming }) => {
			if (!streaming) counts.set(remoteAddress, (counts.get(remoteAddress) ?? 0) + 1);
		});
		let crowd: string | undefined;
		let most = 0;
		counts.forEach((count, address) => {
			if (count >= most) crowd = count > most ? address : undefined;
			most = Math.max(most, count);
		});
		return crowd;
	}
}

function isFresh({ fresh }: Connection): boolean {
	return fresh;
}

function isServed({ fresh, holdsRequest }: Connection): boolean {
	return !fresh && !holdsRequest;
}

function isHolding({ holdsRequest }: Connection): boolean {
	return holdsRequest;
}

/** The kinds of waiting connections, in the order in which they are closed if the heap is full. */
const SHEDDING_ORDER = Object.freeze([isFresh, isServed, isHolding]);

/** The answer if all places are taken. */
export function tooMany(): HttpError {
	return unavailable("too many connections");
}
