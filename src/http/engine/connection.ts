import { Deadline } from "./deadline.ts";
import { discard } from "./discard.ts";
import { CLOSE, Exchange, LINGER, NEXT, ONGOING } from "./exchange.ts";
import { DONE, MORE } from "../syntax/field-section.ts";
import type { ServerContext } from "./server-context.ts";
import { HttpError, unavailable } from "../http-error.ts";
import { Input } from "./input.ts";
import type { Socket, SocketIO } from "../io.ts";
import type { ConnectionLink } from "../connection-link.ts";
import { ELSEWHERE, HEADS } from "./places.ts";
import { Parser } from "../syntax/parser.ts";
import { Sender } from "./sender.ts";
import { RunLoop } from "./run-loop.ts";

// What the connection is doing.
/** Waits for a request to begin. */
const WAITING = 0;
/** Reads a head. */
const READING = 1;
/** Has a request handled and answered. */
const EXCHANGING = 2;
/**
 * The last response is sent, but the client may still be sending: if the socket were closed with bytes
 * unread, TCP would send a reset, and that may overtake the response (RFC 9112, 9.6). So what comes is
 * thrown away, for a while, until the client closes.
 */
const LINGERING = 3;
const CLOSED = 4;

/**
 * One client's connection: one exchange after the other, and a deadline for each thing that the client
 * has to do.
 *
 * Every step is bounded by what the socket has to read, by its room, and by the sender's turn, so no
 * connection can hold the loop.
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
	/** Has been served, or has had the time to ask. */
	#settled = false;
	#served = false;
	/** In a row, in which it waited for its client. */
	#sweeps = 0;
	/** `sender.held` at the last sweep; less than nothing where it was the same at the one before. */
	#heldAtSweep = 0;

	/** Its client is known to be the owner. */
	trusted = false;

	/**
	 * Since when it has waited for its client to ask for something, in the server's count; undefined while it is
	 * being served, and for one that has just come, whose request may be on its way.
	 */
	idleSince: number | undefined;

	/** @param remoteAddress The peer's, as it was when the connection was accepted. */
	constructor(host: ServerContext, accepted: Socket, remoteAddress: string | undefined) {
		super();
		const { limits } = host;
		this.server = host;
		this.remoteAddress = remoteAddress;
		// A listener's socket has no callbacks; in ECMA-419 a second one takes it over and has them. Its
		// class is that of the first, so that a server needs to be given its Listener and nothing more.
		this.#socket = new (accepted.constructor as SocketIO)({
			from: accepted,
			format: "buffer",
			// The end of a frame must not wait for the client to acknowledge what went before.
			nodelay: true,
			target: this,
			onReadable,
			onWritable,
			onError,
		});
		this.input = new Input(this.#socket, host.headMemory);
		this.sender = new Sender(this.#socket, host.views, this);
		this.deadline = new Deadline(limits.sweepInterval);
		this.deadline.set(limits.headTimeout);
	}

	/** Its client is to send something, and nothing else goes on. */
	get waiting(): boolean {
		return this.#phase <= READING || (this.#exchange?.awaitsClient ?? false);
	}

	/** It has one of the places that streams have. */
	get streaming(): boolean {
		return this.#exchange?.reservation.streaming ?? false;
	}

	/** Its last response is sent, and its client has yet to close. */
	get lingering(): boolean {
		return this.#phase === LINGERING;
	}

	/** Nothing is lost if it is reset: its client has all that was sent, or had its time to take it. */
	get expendable(): boolean {
		return this.sender.acknowledged || this.#sweeps > 0;
	}

	/** Its client has sent nothing, not even a part of a request. */
	get silent(): boolean {
		return this.#phase === WAITING && !this.#served && !this.input.pending;
	}

	/** Has waited for its client for a sweep at least. */
	get dormant(): boolean {
		return this.lingering || (this.idleSince !== undefined && this.waiting);
	}

	/** It holds the memory of a request meanwhile. */
	get holdsRequest(): boolean {
		return this.#phase === EXCHANGING && this.waiting;
	}

	/** A response that is no stream has been under way for a sweep at least: others have a turn at its place. */
	get prolonged(): boolean {
		return this.#exchange?.recentBytes !== undefined;
	}

	/** Bytes that its client has taken in the last sweep while it held memory; undefined where it is not to blame. */
	get recentBytes(): number | undefined {
		if (this.#phase !== READING && this.#phase !== EXCHANGING) return undefined;
		return this.waiting ? (this.#sweeps > 0 ? 0 : undefined) : this.#exchange?.recentBytes;
	}

	/** It holds memory for its response. */
	get holdsResponse(): boolean {
		return this.#exchange?.reservation.holdsResponse ?? false;
	}

	/** A response is being sent that is no stream. */
	get responding(): boolean {
		return this.#exchange?.responding ?? false;
	}

	/**
	 * How far its client has come with what is its turn: bytes of a request's head, or of a response that is no stream. It
	 * comes no farther when it has been sent its last response, and has yet to take all of it and to close. Undefined where
	 * something else is awaited.
	 */
	get progress(): number | undefined {
		// Each request that it was served since counts as much as need be.
		if (this.#phase <= READING) return 8_192 * (this.idleSince ?? 0) + this.input.length;
		if (this.lingering) return 0;
		return this.responding ? this.sender.sent : undefined;
	}

	/** The client of a stream has been taking the same block for a sweep at least. */
	get stuck(): boolean {
		const { held } = this.sender;
		return held > 0 && this.#heldAtSweep === -held && this.streaming;
	}

	/** Its client has had a request answered. */
	get served(): boolean {
		return this.#served;
	}

	/** Its client has never had a request answered, and has none under way. */
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

	/** A body failed, or something else that comes too late for a response. */
	report(error: unknown): void {
		this.server.report(error, this.#exchange?.request);
	}

	/** Called once in every `limits.sweep`. */
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
			// A client that has not begun a request is not told 408: browsers connect in advance, and
			// would take it for the answer to the first request they send.
			this.leave();
	}

	/** The server closes: who speaks a protocol that has a word for it says so. */
	shutDown(): void {
		this.#exchange?.shutDown();
		this.close();
	}

	hasRequestMemory(): boolean {
		const { limits } = this.server;
		return this.server.hasMemory(limits.headroomSlots, limits.headroomBytes, this);
	}

	hasRoom(bytes: number): boolean {
		const { limits } = this.server;
		return this.server.hasMemory(limits.acceptSlots, limits.acceptBytes + bytes, this);
	}

	makeRoom(bytes: number): boolean {
		while (!this.hasRoom(bytes)) {
			if (!this.server.abortLongestHeld(this)) return false;
		}
		return true;
	}

	abortSlowest(): boolean {
		return this.server.abortSlowest(ELSEWHERE);
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

	/** The client left, or the server closes: all that the connection holds goes home at once. */
	close(): void {
		this.finish(false);
	}

	/** As close(), without waiting for the peer: others need the place, or it had its time. */
	abort(): void {
		this.finish(true);
	}

	/** The client's time is over. */
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
		if (!this.input.pending) return false; // a connection that is idle needs no parser
		const { limits } = this.server;
		const parser = (this.#parser ??= new Parser(limits));
		const verdict = parser.parse(this.input.bytes);
		if (verdict === MORE) {
			if (this.#phase === WAITING && parser.started) this.enter(READING, limits.headTimeout);
			if (this.input.read(limits.readAhead) > 0) return true;
			if (!this.input.denied) return false;
			if (this.server.abortSlowest(HEADS)) return true;
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
		exchange.handle(exchange.request!, head.contentLength);
		return true;
	}

	private continue(exchange: Exchange): boolean {
		if (exchange.step()) return true;
		const { limits } = this.server;
		// What is refused is no request any more.
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
				// Then it is known how many connections wait for their clients to close, too.
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

	/** What was sent ends here. A client that reads to the end must not have to wait for its own end. */
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

// The callbacks of every socket. As closures of each connection's own they would take 27 slots of it.

function onReadable(this: Socket, count: number): void {
	const connection = this.target as Connection;
	connection.input.readable(count);
	connection.run();
}

function onWritable(this: Socket, count: number): void {
	const connection = this.target as Connection;
	if (connection.sender.writable(count)) connection.run();
}

/** The client has left. One that only half-closed looks the same, and cannot be written to. */
function onError(this: Socket): void {
	(this.target as Connection).close();
}
