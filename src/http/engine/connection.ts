import { Deadline } from "./deadline.ts";
import { discard } from "./discard.ts";
import { Exchange } from "./exchange.ts";
import { CLOSE, LINGER, NEXT, ONGOING } from "./handler-call.ts";
import { DONE, MORE } from "../syntax/field-section.ts";
import type { ServerContext } from "./server-context.ts";
import { HttpError, unavailable } from "../http-error.ts";
import { Input } from "./input.ts";
import type { Socket, SocketIO } from "../io.ts";
import type { ConnectionLink } from "../connection-link.ts";
import { ELSEWHERE, HEADS } from "./room-maker.ts";
import { Parser } from "../syntax/parser.ts";
import type { Reservation } from "./reservation.ts";
import { Sender } from "./sender.ts";
import { RunLoop } from "./run-loop.ts";

// The phases of a connection.
/** Waits for a request to begin. */
const WAITING = 0;
/** Reads a head. */
const READING = 1;
/** A request is being handled and answered. */
const EXCHANGING = 2;
/**
 * The last response is sent, but the client may still be sending. If the socket were closed with bytes unread, TCP
 * would send a reset, and that may overtake the response (RFC 9112, 9.6). So this discards what comes, for a while,
 * until the client closes.
 */
const LINGERING = 3;
const CLOSED = 4;

/**
 * One client's connection: one exchange after the other, and a deadline for each thing that the client has to do.
 *
 * Every step is bounded by what the socket has to read, by its room, and by the sender's turn, so no connection can
 * hold the loop.
 */
export class Connection extends RunLoop implements ConnectionLink {
	readonly server: ServerContext;
	readonly remoteAddress: string | undefined;
	readonly input: Input;
	readonly sender: Sender;
	readonly deadline: Deadline;

	readonly #socket: Socket;
	#phase = WAITING;
	#parser: Parser | undefined;
	#exchange: Exchange | undefined;
	/** Whether it has waited for its client through a sweep, so that the client had time to ask. */
	#settled = false;
	#served = false;
	/** Consecutive sweeps in which it waited for its client. */
	#sweeps = 0;
	/** `sender.held` at the last sweep. Negative if it was the same at the sweep before. */
	#heldAtSweep = 0;

	/** Whether its client is known to be the owner. */
	trusted = false;

	/**
	 * Since when it has waited for its client to ask for something, as a number from `nextOrder`. Undefined while it is being
	 * served, and for a new connection, whose request may be on its way.
	 */
	idleSince: number | undefined;

	/** @param remoteAddress The peer's address, as it was when the connection was accepted. */
	constructor(server: ServerContext, accepted: Socket, remoteAddress: string | undefined) {
		super();
		const { limits } = server;
		this.server = server;
		this.remoteAddress = remoteAddress;
		// A listener's socket has no callbacks. In ECMA-419 a second socket takes it over and has them. That one is
		// created with the class of the first, so that a server needs its Listener and nothing more.
		this.#socket = new (accepted.constructor as SocketIO)({
			from: accepted,
			format: "buffer",
			// The end of a frame must not wait until the client acknowledges what went before.
			nodelay: true,
			target: this,
			onReadable,
			onWritable,
			onError,
		});
		this.input = new Input(this.#socket, server.headMemory);
		this.sender = new Sender(this.#socket, server.views, this);
		this.deadline = new Deadline(limits.sweepInterval);
		this.deadline.set(limits.headTimeout);
	}

	/** Reports whether nothing goes on but what its client has to send, or to take. */
	get waiting(): boolean {
		return this.#phase <= READING || (this.#exchange?.awaitsClient ?? false);
	}

	/** Reports whether it has one of the streams' places. */
	get streaming(): boolean {
		return this.#exchange?.reservation.streaming ?? false;
	}

	/** The share of the budgets that its request has. */
	get reservation(): Reservation | undefined {
		return this.#exchange?.reservation;
	}

	/** Reports whether the handler of its request is called again, since it was queued. */
	get retrying(): boolean {
		return this.#exchange?.retrying ?? false;
	}

	/** Reports whether its request waits for a handler place. */
	get queued(): boolean {
		return this.#exchange?.queued ?? false;
	}

	/** Reports whether its request is postponed until its content has arrived, or a handler may wait for that. */
	get postponed(): boolean {
		return this.#exchange?.postponed ?? false;
	}

	/** Reports whether a handler waits for content. */
	get awaitsContent(): boolean {
		return this.#exchange?.reservation.awaitsContent ?? false;
	}

	/** Reports whether a handler waits for content, and none has arrived for a sweep. */
	get contentStalled(): boolean {
		return this.#exchange?.contentStalled ?? false;
	}

	/** Reports whether its last response is sent, and its client has yet to close. */
	get lingering(): boolean {
		return this.#phase === LINGERING;
	}

	/** Reports whether it may be reset: its client has all that was sent, or had its time to take it. */
	get expendable(): boolean {
		return this.sender.acknowledged || this.#sweeps > 0;
	}

	/** Reports whether its client has sent nothing, not even part of a request. */
	get silent(): boolean {
		return this.#phase === WAITING && !this.#served && !this.input.pending;
	}

	/** Reports whether it waits for its client, and not for a first request that may be on its way. */
	get dormant(): boolean {
		return this.lingering || (this.idleSince !== undefined && this.waiting);
	}

	/** Reports whether it holds the memory of a request while it waits. */
	get holdsRequest(): boolean {
		return this.#phase === EXCHANGING && this.waiting;
	}

	/**
	 * Reports whether a response that is not a stream has been under way for at least one sweep. Others then have a
	 * turn at its place.
	 */
	get prolonged(): boolean {
		return this.#exchange?.recentBytes !== undefined;
	}

	/**
	 * Bytes that its client has taken in the last sweep while it held memory. Undefined if the client is not to blame.
	 */
	get recentBytes(): number | undefined {
		if (this.#phase !== READING && this.#phase !== EXCHANGING) return undefined;
		return this.waiting ? (this.#sweeps > 0 ? 0 : undefined) : this.#exchange?.recentBytes;
	}

	/** Reports whether it holds memory for its response. */
	get holdsResponse(): boolean {
		return this.#exchange?.reservation.holdsResponse ?? false;
	}

	/** Reports whether a response is being sent that is not a stream. */
	get responding(): boolean {
		return this.#exchange?.responding ?? false;
	}

	/**
	 * How far its client has come with what it has to do: bytes of a request's head, or of a response that is not a
	 * stream. 0 once the last response is sent and the client has yet to take all of it and to close. Undefined if
	 * something else is awaited.
	 */
	get progress(): number | undefined {
		// A request that was served in between raises `idleSince`, and counts as 8 kB of progress.
		if (this.#phase <= READING) return 8_192 * (this.idleSince ?? 0) + this.input.length;
		if (this.lingering) return 0;
		return this.responding ? this.sender.sent : undefined;
	}

	/** Reports whether the client of a stream has been taking the same block for at least one sweep. */
	get stuck(): boolean {
		const { held } = this.sender;
		return held > 0 && this.#heldAtSweep === -held && this.streaming;
	}

	/** Reports whether its client has had a request answered. */
	get served(): boolean {
		return this.#served;
	}

	/** Reports whether its client has never had a request answered, and has none under way. */
	get fresh(): boolean {
		return this.#phase <= READING && !this.#served;
	}

	/** Answers with an error before there is a request, and closes. */
	refuse(error: HttpError): void {
		this.#parser = undefined;
		this.idleSince = undefined;
		this.#phase = EXCHANGING;
		this.#exchange = new Exchange(this);
		this.#exchange.refuse(error);
		this.run();
	}

	/** Reports an error that comes too late for a response, such as that of a body that failed. */
	report(error: unknown): void {
		this.server.report(error, this.#exchange?.request);
	}

	/** Called once in every `limits.sweepInterval`. */
	tick(): void {
		this.#exchange?.updateProgress();
		const { held } = this.sender;
		this.#heldAtSweep = held === Math.abs(this.#heldAtSweep) ? -held : held;
		this.#sweeps = this.waiting || this.lingering ? this.#sweeps + 1 : 0;
		if (this.waiting) {
			if (this.#settled) this.idleSince ??= this.server.nextOrder();
			this.#settled = true;
		} else this.idleSince = undefined;
		if (!this.deadline.tick()) return;
		if (this.#phase === READING) this.refuse(new HttpError(408));
		else if (!this.#exchange?.expire())
			// A client that has not begun a request does not get 408: browsers connect in advance, and would take it
			// for the answer to the first request they send.
			this.leave();
	}

	/** Called when the server closes. A protocol that has a closing message sends it. */
	shutDown(): void {
		this.#exchange?.shutDown();
		this.close();
	}

	freeRequestMemory(): boolean {
		const { limits } = this.server;
		return this.server.room.freeMemory(limits.headroomSlots, limits.headroomBytes, this);
	}

	freeMemory(bytes: number, evenStreams = false): boolean {
		const { limits, room } = this.server;
		while (!room.freeMemory(limits.acceptSlots, limits.acceptBytes + bytes, this)) {
			if (!evenStreams || !room.abortLongestHeld(this)) return false;
		}
		return true;
	}

	abortSlowest(): boolean {
		return this.server.room.abortSlowest(ELSEWHERE);
	}

	markTrusted(): void {
		this.trusted = true;
	}

	acquireHandler(): boolean {
		return this.#exchange?.acquireHandler() ?? false;
	}

	terminate(): void {
		if (!this.#exchange?.shutDown()) this.close();
	}

	/**
	 * Called when the client disconnects, or the server closes. Releases everything that the connection holds at once.
	 */
	close(): void {
		this.finish(false);
	}

	/** Closes without waiting for the peer, because others need the place, or because the peer had its time. */
	abort(): void {
		this.finish(true);
	}

	/** Called when the client's time is over. */
	private leave(): void {
		if (this.#phase === WAITING && this.#served && this.#socket.end) this.linger();
		else this.finish(this.lingering || this.silent);
	}

	private finish(reset: boolean): void {
		if (this.#phase === CLOSED) return;
		this.#phase = CLOSED;
		this.stop();
		discard(this.#socket, reset);
		this.input.clear();
		this.sender.close();
		this.#exchange?.close();
		this.#parser = this.#exchange = undefined;
		this.server.connectionEnded(this);
	}

	protected override step(): boolean {
		switch (this.#phase) {
			case WAITING:
			case READING:
				return this.readHead();
			case EXCHANGING:
				return this.continue(this.#exchange!);
			case LINGERING:
				return this.throwAway();
			default:
				return false;
		}
	}

	private enter(phase: number, time: number): void {
		this.#phase = phase;
		this.deadline.set(time);
	}

	private readHead(): boolean {
		if (!this.input.pending) return false; // an idle connection needs no parser
		const { limits } = this.server;
		const parser = (this.#parser ??= new Parser(limits));
		const verdict = parser.parse(this.input.bytes);
		if (verdict === MORE) {
			if (this.#phase === WAITING && parser.started) this.enter(READING, limits.headTimeout);
			if (this.input.read(limits.readAhead) > 0) return true;
			if (!this.input.denied) return false;
			if (this.server.room.abortSlowest(HEADS)) return true;
			this.refuse(unavailable());
			return false;
		}
		if (verdict !== DONE) {
			this.refuse(new HttpError(verdict));
			return false;
		}
		this.input.consume(parser.length);
		this.#parser = undefined;
		this.#phase = EXCHANGING;
		this.idleSince = undefined;
		const { head } = parser;
		const exchange = (this.#exchange = new Exchange(this, head));
		exchange.handle(exchange.request!);
		return true;
	}

	private continue(exchange: Exchange): boolean {
		if (exchange.step()) return true;
		const { limits } = this.server;
		// A refused request does not count as served.
		if (exchange.outcome !== ONGOING && exchange.completed && exchange.request) this.#served = true;
		switch (exchange.outcome) {
			case NEXT:
				this.#exchange = undefined;
				this.enter(WAITING, limits.idleTimeout);
				this.idleSince = this.server.nextOrder();
				// A peer may have sent fifty requests at once.
				if (this.input.pending) this.defer();
				return true;
			case LINGER:
				this.linger();
				return true;
			case CLOSE:
				// A lingering connection keeps its place, so that the wait for the client to close is limited, too.
				if (this.#socket.end && exchange.completed) {
					this.linger();
					return true;
				}
				this.close();
				return false;
			default:
				return false;
		}
	}

	/** Ends the output: a client that reads to the end must see it before it closes its own side. */
	private linger(): void {
		this.#exchange = undefined;
		this.idleSince = undefined;
		this.enter(LINGERING, this.server.limits.lingerTimeout);
		this.sender.close();
		this.#socket.end?.();
	}

	private throwAway(): boolean {
		const { limits } = this.server;
		this.input.clear();
		return this.input.read(limits.readAhead) > 0;
	}
}

// The callbacks of every socket. As closures of their own they would take 27 slots of each connection.

function onReadable(this: Socket, count: number): void {
	const connection = this.target as Connection;
	connection.input.readable(count);
	connection.run();
}

function onWritable(this: Socket, count: number): void {
	const connection = this.target as Connection;
	if (connection.sender.writable(count)) connection.run();
}

/** Called when the client disconnects. A client that only half-closed looks the same, and cannot be written to. */
function onError(this: Socket): void {
	(this.target as Connection).close();
}
