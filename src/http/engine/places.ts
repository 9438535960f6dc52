import Timer from "timer";
import { type HttpError, unavailable } from "../http-error.ts";
import type { Limits } from "../limits.ts";
import type { Occupant } from "./occupant.ts";
import { Regulars } from "./regulars.ts";

export interface PlacesOptions {
	readonly limits: Limits;
	/** How much is held against an address. */
	suspicion(address: string | undefined): number;
	/** Returns how many sockets the machine has left; undefined if that is unknown. */
	readonly socketsLeft?: () => number | undefined;
}

/** Favors an address that was served before places became short, but less than one that somebody has signed in from. */
const REGULAR = -0.5;
/** Every so many sweeps, each connection that lasts counts as a visit. Those of an attack that begins seldom last that long. */
const LASTING = 10;
/** Ranks before every idle connection: its client has sent nothing, or part of a head. */
const DUMB = -0.5;
/** Looks after which such a client has had the time to send it. */
const DUMB_LOOKS = 4;
/** Looks after which a client that has sent nothing more of its head makes room where memory is short. */
const STALLED_LOOKS = 1;
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
/** Ranks after those: they make room for a newcomer from whose address somebody has signed in, or that was served before. */
const YIELDING = 4 * SLOW;
/** Ranks after those: their requests are at work, and their addresses have more than their share of the connections. */
const SERVING = 5 * SLOW;
/** Ranks after every connection that has waited. */
const LAST = Number.MAX_VALUE;

/** A server's connections, and which of them make room for a newcomer. `RoomMaker` has those that make room for memory. */
export class Places {
	readonly #options: PlacesOptions;
	/** Connections that are served. */
	readonly connections = new Set<Occupant>();
	/** Connections that only receive a 503. */
	readonly refusals = new Set<Occupant>();
	readonly #regulars = new Regulars();
	#timer: Timer | undefined;
	/** Sweeps in which there were places for all. */
	#calmSweeps = 0;
	/** Whether memory was short since the last sweep. */
	#short = false;
	/** While places or memory are short: how far each connection's client had come at the last look. */
	#progress: Map<Occupant, number> | undefined;
	/** While they are short: for how many looks each client has advanced less than `ENOUGH`. */
	#stale: Map<Occupant, number> | undefined;

	constructor(options: PlacesOptions) {
		this.#options = options;
	}

	/**
	 * Reports whether all places are taken, or all of the machine's sockets: a program has connections of its own, and
	 * without a socket no newcomer is accepted for which others would make room.
	 */
	get full(): boolean {
		const { limits, socketsLeft } = this.#options,
			{ size } = this.connections;
		return size >= limits.connections || (size > 0 && socketsLeft?.() === 0);
	}

	/** Reports whether as many connections are being refused as `limits.refusals` allows. */
	get refusing(): boolean {
		return this.refusals.size >= this.#options.limits.refusals;
	}

	get empty(): boolean {
		return this.connections.size + this.refusals.size === 0;
	}

	/**
	 * How many places are left to requests that are answered at once, beside streams, handlers at work, and requests that
	 * wait for their turn.
	 */
	get quickPlaces(): number {
		let left = this.#options.limits.connections;
		this.connections.forEach(({ queued, reservation }) => {
			if (queued || reservation?.streamSlots || reservation?.hasHandler) left--;
		});
		return left;
	}

	private get hasPlaceForStream(): boolean {
		const { connections, reservedConnections } = this.#options.limits;
		let left = Math.max(1, connections - reservedConnections);
		this.connections.forEach(({ streaming }) => {
			if (streaming) left--;
		});
		return left > 0;
	}

	/** Adds a connection. If all places are taken, adds it to those to be refused, and returns true. */
	add(connection: Occupant): boolean {
		const { full } = this;
		(full ? this.refusals : this.connections).add(connection);
		return full;
	}

	/** Moves a connection to those that are refused, as long as all take no more sockets than the limits allow. */
	keepRefused(connection: Occupant): boolean {
		const { connections, refusals } = this.#options.limits;
		if (this.connections.size + this.refusals.size >= connections + refusals) return false;
		this.forget(connection);
		this.refusals.add(connection);
		return true;
	}

	delete(connection: Occupant): void {
		if (connection.served && !this.full && !this.#timer) this.#regulars.note(connection.remoteAddress);
		this.forget(connection);
	}

	private forget(connection: Occupant): void {
		this.connections.delete(connection);
		this.refusals.delete(connection);
		this.#progress?.delete(connection);
		this.#stale?.delete(connection);
	}

	forEach(callback: (connection: Occupant) => void): void {
		this.connections.forEach(callback);
		this.refusals.forEach(callback);
	}

	/**
	 * Notes how far each client has come, for `freePlace` and `abortSlowest`. Called every `limits.lookInterval` while clients
	 * find no place or no memory: a client on the same network needs some milliseconds to send a request, and to take what it receives.
	 */
	look(): void {
		const before = this.#progress,
			progress = new Map<Occupant, number>(),
			stale = new Map<Occupant, number>();
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

	/** Notes that memory was short since the last sweep. */
	noteShortage(): void {
		this.#short = true;
		this.startLooking();
	}

	/** For how many looks a client has taken less than `ENOUGH` of its response, if those are many; -Infinity otherwise. */
	stalledLooks(connection: Occupant): number {
		const looks = this.#stale?.get(connection) ?? 0;
		return looks >= DUMB_LOOKS && connection.responding ? looks : -Infinity;
	}

	/**
	 * Closes the connection whose client has come no farther for longest, of those that have not sent a whole request. It only
	 * closes one that had the time of some looks. Returns false if there is none.
	 */
	abortStalled(asker?: Occupant): boolean {
		return this.abortFirst((connection) => {
			const looks = this.#stale?.get(connection) ?? 0,
				stalled = connection.fresh ? STALLED_LOOKS : DUMB_LOOKS;
			const isAsking = connection.fresh || connection.awaitsContent || connection.postponed;
			return connection !== asker && isAsking && looks >= stalled ? -looks : Infinity;
		});
	}

	/** Reports whether a connection has been there at the last look, and still had something to do. */
	hasSeen(connection: Occupant): boolean {
		return this.#progress?.has(connection) ?? false;
	}

	/** Begins to call `look`, until neither places nor memory are short for a sweep. */
	startLooking(): void {
		if (this.#timer) return;
		this.#regulars.forgetNewcomers();
		this.#timer = Timer.repeat(() => this.look(), this.#options.limits.lookInterval);
	}

	/** Called when nobody is connected any more. */
	rest(): void {
		this.stopLooking();
		this.#regulars.admitNewcomers();
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
		if (!crowded && !this.full && !this.#timer) {
			this.#regulars.sweep();
			// A connection may last for as long as the device is used. Those that have all places of streams may do so to keep others out.
			if (++this.#calmSweeps % LASTING === 0 && this.hasPlaceForStream)
				this.connections.forEach(({ served, streaming, remoteAddress }) => {
					if (served || streaming) this.#regulars.note(remoteAddress);
				});
		}
		if (!crowded && !this.#short) this.stopLooking();
		this.#short = false;
	}

	/** Closes a connection whose client leaves it waiting, if there is one: the one that `rank` puts first. */
	freePlace(address: string | undefined): void {
		if (this.#options.socketsLeft?.() === 0) {
			// Those that have got their response, and keep sending, first.
			this.refusals.forEach((connection) => {
				if (connection.lingering) connection.abort();
			});
			if (!this.full) return;
		}
		const counts = this.totals(({ streaming }) => (streaming ? 0 : 1)),
			crowd = crowdOf(counts),
			suspicion = this.suspicion(address);
		const first = this.first((connection) => {
			const rank = this.rank(connection, address, crowd, suspicion, counts);
			const { draining, fresh, lingering, progress } = connection;
			const takesNothing = fresh || lingering || draining || progress === undefined,
				mustYield = takesNothing && this.givesWay(connection, suspicion);
			if (mustYield) return Math.min(rank, YIELDING);
			return rank === Infinity && this.isUnfair(connection, address, suspicion, counts)
				? connection.queued || lingering
					? YIELDING
					: SERVING
				: rank;
		});
		if (!first) return;
		// A client that keeps its connection for another request expects that it may be closed (RFC 9112, 9.5). A
		// client that has not been served gets a 503 with a time to come again.
		if (!first.fresh || this.refusing || this.#options.socketsLeft?.() === 0) return first.abort();
		this.connections.delete(first);
		this.refusals.add(first);
		first.refuse(tooMany());
	}

	/**
	 * Ranks a connection among those that make room for a newcomer: the lowest rank makes room first. Returns Infinity if it does
	 * not make room. Streams never do.
	 *
	 * First come the served connections that will be closed anyway, then those of addresses with more against them than
	 * the newcomer's. If somebody has signed in from the newcomer's address, connections of any address that nobody has
	 * signed in from come next, whatever they do. If the newcomer's address was served before places became short,
	 * those of any address that was not come next, once they have been there for one look; last, those that have just come, or
	 * whose requests wait for an answer.
	 *
	 * Of the others, if one address has more connections than any other, only that address's connections make room. None makes
	 * room for an address that has more connections than its own. Idle ones come before slow ones, and of each kind the
	 * one that has waited longest first. Then come those whose clients have taken nothing of a response since the last look,
	 * and those that last.
	 *
	 * A connection that has just been accepted, and whose client has had no time to ask, makes room only if a flood may
	 * have filled the places, and never for an address with more against it. It does so for a client of another address
	 * than the one with the most connections. If no address has the most, it does so for a client of an address with fewer
	 * connections. Connections of addresses with many come first, and among them clients that have sent nothing. Once they have had the
	 * time, such connections rank before idle ones, but not for one more connection of the address with the most.
	 */
	private rank(
		connection: Occupant,
		address: string | undefined,
		crowd: string | undefined,
		suspicion: number,
		counts: ReadonlyMap<string | undefined, number>,
	): number {
		const { idleSince, remoteAddress } = connection,
			own = this.suspicion(remoteAddress),
			count = counts.get(remoteAddress)!,
			newcomers = counts.get(address) ?? 0;
		const looks = this.#stale?.get(connection) ?? 0,
			stale = looks > 0;
		const mayJudge = suspicion < REGULAR || this.#progress?.has(connection);
		if (mayJudge && this.givesWay(connection, suspicion)) return -1;
		if (connection.lingering || connection.draining) return stale || connection.expendable ? -2 : Infinity;
		if (connection.asking) return Infinity;
		if (looks >= DUMB_LOOKS && connection.fresh && (crowd !== address || remoteAddress === address)) return DUMB;
		// An address with more connections than others may not fill the places with requests that wait for their turn.
		if (connection.queued)
			return crowd !== undefined && remoteAddress === crowd && crowd !== address ? SLOW : Infinity;
		const { prolonged } = connection;
		const hasPause = connection.waiting && connection.expendable;
		if (!hasPause && !prolonged && !(stale && !connection.fresh)) return Infinity;
		if (own > suspicion && (own > 0 || mayJudge || !connection.fresh)) return -1;
		if ((crowd !== undefined && remoteAddress !== crowd) || count < newcomers) return Infinity;
		if (idleSince !== undefined && connection.holdsRequest) return SLOW + idleSince;
		if (stale && connection.fresh) return DUMB_LATELY;
		if (idleSince !== undefined) return stale || !this.#stale ? idleSince : ACTIVE + idleSince;
		if (stale) return STALE;
		if (prolonged) return LONG;
		if (own < suspicion) return Infinity;
		if (crowd !== undefined) return crowd !== address ? LAST : Infinity;
		// A client that has sent half a request has not made one.
		return connection.fresh && count > newcomers ? LAST / count / (connection.silent ? 2 : 1) : Infinity;
	}

	/**
	 * Whether a request is being handled, or its response has yet to be taken, and its address has at least two connections more
	 * than the newcomer's, streams aside:
	 * otherwise one client of quick requests would have all connections that the streams leave.
	 */
	private isUnfair(
		{ lingering, progress, remoteAddress, streaming }: Occupant,
		address: string | undefined,
		suspicion: number,
		counts: ReadonlyMap<string | undefined, number>,
	): boolean {
		if (streaming || (progress !== undefined && !lingering) || this.suspicion(remoteAddress) < suspicion)
			return false;
		return counts.get(remoteAddress)! >= (counts.get(address) ?? 0) + 2;
	}

	/**
	 * Whether a connection makes room, whatever it does, for a newcomer from whose address somebody has signed in, or that was
	 * served before.
	 */
	private givesWay({ remoteAddress, streaming }: Occupant, suspicion: number): boolean {
		return suspicion < 0 && !streaming && this.suspicion(remoteAddress) > suspicion;
	}

	/** What is held against an address. A negative number is in its favor. */
	suspicion(address: string | undefined): number {
		const suspicion = this.#options.suspicion(address);
		return suspicion === 0 && this.#regulars.has(address) ? REGULAR : suspicion;
	}

	/** Returns the connection with the lowest rank, the oldest or newest of several. Skips those of rank Infinity. */
	first(rank: (connection: Occupant) => number, newest = false): Occupant | undefined {
		let first: Occupant | undefined,
			least = Infinity;
		this.connections.forEach((connection) => {
			const own = rank(connection);
			if (own === Infinity || own > least || (own === least && !newest)) return;
			first = connection;
			least = own;
		});
		return first;
	}

	/** Aborts the connection with the lowest rank, the oldest or newest of several. Returns false if there is none. */
	abortFirst(rank: (connection: Occupant) => number, newest = false): boolean {
		const first = this.first(rank, newest);
		first?.abort();
		return first !== undefined;
	}

	/** Returns how much the connections of each address have of something. */
	totals(measure: (connection: Occupant) => number): Map<string | undefined, number> {
		const totals = new Map<string | undefined, number>();
		this.connections.forEach((connection) => {
			const { remoteAddress } = connection;
			totals.set(remoteAddress, (totals.get(remoteAddress) ?? 0) + measure(connection));
		});
		return totals;
	}
}

/**
 * Returns the address that has more connections than any other. Undefined if several have the same number. Streams have places
 * of their own and do not count.
 */
function crowdOf(counts: ReadonlyMap<string | undefined, number>): string | undefined {
	let crowd: string | undefined,
		most = 0;
	counts.forEach((count, address) => {
		if (count >= most) crowd = count > most ? address : undefined;
		most = Math.max(most, count);
	});
	return crowd;
}

/** The answer if all places are taken. */
export function tooMany(): HttpError {
	return unavailable("too many connections");
}
