import type { Connection } from "./connection.ts";
import { type HttpError, unavailable } from "../http-error.ts";
import type { Limits } from "../limits.ts";
import type { Machine } from "../machine.ts";
import { Regulars } from "./regulars.ts";

export interface PlacesOptions {
	readonly limits: Limits;
	readonly machine: Machine;
	/** How much is held against an address. */
	suspicion(address: string | undefined): number;
}

/** In favour of an address that was served before places became short; less than for one that somebody has signed in from. */
const REGULAR = -0.5;
/** Before every connection that is idle: its client has sent nothing, or a part of a head. */
const DUMB = -0.5;
/** Looks after which they have had the time to send it. */
const DUMB_LOOKS = 4;
/** After every connection that is idle. */
const SLOW = 2 ** 40;
/** Before those that have been served since the last look; after those that have not. */
const DUMB_LATELY = SLOW / 4;
const ACTIVE = SLOW / 2;
/** After those, of which it is known for longer. */
const STALE = 2 * SLOW;
/** After those: their clients take what they are sent, and only take their time. */
const LONG = 3 * SLOW;
/** Bytes that a client comes farther by between two looks, or else it has come no farther: a packet's. */
const ENOUGH = 1_436;
/** Bytes in a sweep: a client that takes as many is not closed for the memory that it holds. */
const QUICK = 8_192;
/** The same where it is memory outside the heap, of which there is more. */
const QUICK_LARGE = 65_536;

// Which memory is short.
/** For heads, and what is sent ahead. */
export const HEADS = 0;
/** For responses in the heap. */
export const RESPONSES = 1;
/** Of a driver or a converter, outside the heap. */
export const ELSEWHERE = 2;

/** After every connection that has waited. */
const LAST = Number.MAX_VALUE;

/** The connections that a server has, and which of them make room where there is too little: places, or memory. */
export class Places {
	readonly #options: PlacesOptions;
	/** Those that are served. */
	readonly connections = new Set<Connection>();
	/** Those that are only answered 503. */
	readonly refusals = new Set<Connection>();
	readonly #regulars = new Regulars();
	/** While places are short: how far each connection's client had come at the last look, */
	#progress: Map<Connection, number> | undefined;
	/** and for so many looks it has come no farther. */
	#stale: Map<Connection, number> | undefined;

	constructor(options: PlacesOptions) {
		this.#options = options;
	}

	/** Whether all places are taken. */
	get full(): boolean {
		return this.connections.size >= this.#options.limits.connections;
	}

	/** Whether as many are refused at the moment as may be. */
	get refusing(): boolean {
		return this.refusals.size >= this.#options.limits.refusals;
	}

	get empty(): boolean {
		return this.connections.size + this.refusals.size === 0;
	}

	/** Adds a connection, to be refused where all places are taken. Returns whether it is. */
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
	 * Looks how far each client has come, for `makeRoom`. To be called every `limits.look` while clients find no place: a client
	 * on the same network needs some milliseconds to send a request, and to take what it is sent.
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

	/** To be called in every sweep. */
	sweep(): void {
		this.#regulars.sweep();
	}

	/** There are places for all again. */
	stopLooking(): void {
		this.#progress = this.#stale = undefined;
	}

	/** Closes a connection whose client leaves it waiting, if there is one: that which `rank` puts first. */
	makeRoom(address: string | undefined): void {
		const crowd = this.crowd(address),
			suspicion = this.suspicion(address);
		const first = this.first((connection) => this.rank(connection, address, crowd, suspicion));
		if (!first) return;
		// A client that keeps its connection for another request counts on its being closed (RFC 9112, 9.5); one that has
		// not been served is answered 503, with a time to come again.
		if (!first.fresh || this.refusing) return first.abort();
		this.connections.delete(first);
		this.refusals.add(first);
		first.refuse(tooMany());
	}

	/**
	 * Where a connection stands among those that make room for a newcomer; Infinity where it does not. First those that
	 * have been served and are to be closed anyway, then those of addresses with more against them than the newcomer's;
	 * for an address that somebody has signed in from, those of any that nobody has, whatever they do; and for one that was
	 * served before places became short, those of any that was not, once they have been there for a look.
	 * Of the others, where one address has more connections than any other, that address' only: the idle before the slow, and
	 * of each the one that has waited longest first; then those whose clients have taken nothing of a response since the last
	 * look, and those that last. A connection that has just been accepted, and whose client has had no time to ask, goes only
	 * where a flood may have filled the places: for a client of another address than that with the most connections, and,
	 * where no address has the most, for any, those first whose clients have sent nothing. Once they have had the time, they
	 * go before idle ones; but not for one more of the address with the most.
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
		// Half a request is not one.
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

	/** What is held against an address; less than nothing is in its favour. */
	private suspicion(address: string | undefined): number {
		const suspicion = this.#options.suspicion(address);
		return suspicion === 0 && this.#regulars.has(address) ? REGULAR : suspicion;
	}

	/**
	 * Whether so much of the heap is free. Where it is not, connections are closed: those whose clients have not asked for
	 * anything, then those that are idle, then those that are slow, then streams whose clients do not take what they are sent;
	 * for the owner's, any streams, the newest first.
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

	/** Whether there was any such connection. */
	private abort(matches: (connection: Connection) => boolean): boolean {
		const { size } = this.connections;
		this.connections.forEach((connection) => {
			if (matches(connection)) connection.abort();
		});
		return this.connections.size < size;
	}

	/** Closes the oldest stream whose client does not take what it is sent. False where there is none. */
	abortStuck(asker?: Connection): boolean {
		return this.abortFirst((connection) => (connection !== asker && connection.stuck ? 0 : Infinity));
	}

	/** Closes the stream whose client has been at the same block for longest, of those longer than the sender. False where there is none. */
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
	 * Closes the connection whose client took least in the last sweep, of those that hold some of the memory that is short: it
	 * has had a sweep at least, and takes less than others can be expected to wait for. Returns false if there is none.
	 *
	 * @param memory HEADS, RESPONSES or ELSEWHERE.
	 */
	abortSlowest(memory: number): boolean {
		const limit = memory === ELSEWHERE ? QUICK_LARGE : QUICK;
		return this.abortFirst((connection) => {
			const { recentBytes = limit } = connection;
			const holds = memory === HEADS || (memory === RESPONSES ? connection.holdsResponse : connection.responding);
			return recentBytes < limit && holds ? recentBytes : Infinity;
		});
	}

	/** The connection with the lowest rank, the oldest of several; none has Infinity. */
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

	/** Whether there was one to close. */
	private abortFirst(rank: (connection: Connection) => number): boolean {
		const first = this.first(rank);
		first?.abort();
		return first !== undefined;
	}

	/** The address that has more connections than any other, the newcomer's among them; undefined where several have as many. Streams have places of their own, and don't count. */
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

/** Which connections are closed first where the heap is full: the kinds of those that wait, in this order. */
const SHEDDING_ORDER = Object.freeze([isFresh, isServed, isHolding]);

/** What is answered where all places are taken. */
export function tooMany(): HttpError {
	return unavailable("too many connections");
}
