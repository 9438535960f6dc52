import { CLOSED, ConnectionState, EXCHANGING, LINGERING, READING, WAITING } from "./connection-state.ts";
import { Deadline } from "./deadline.ts";
import { discard } from "./discard.ts";
import { Exchange } from "./exchange.ts";
import { CLOSE, LINGER, NEXT, ONGOING } from "./handler-call.ts";
import { DONE, MORE } from "../syntax/field-section.ts";
import type { ServerContext } from "./server-context.ts";
import { API, HttpError, unavailable } from "../http-error.ts";
import { Input } from "./input.ts";
import type { Bytes, Socket, SocketIO } from "../io.ts";
import type { ExchangeLink } from "./exchange-link.ts";
import type { Occupant } from "./occupant.ts";
import { ELSEWHERE } from "./room-maker.ts";
import { Parser } from "../syntax/parser.ts";
import { Sender } from "./sender.ts";

const SPACE = 0x20;
const SLASH = 0x2f;
/** "HEAD " */
const HEAD: readonly number[] = Object.freeze([0x48, 0x45, 0x41, 0x44, 0x20]);
/** Takes no memory, which is short when it is sent. */
const BUSY = ArrayBuffer.fromString(
	"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
);
const RTSP_BUSY = ArrayBuffer.fromString(
	"RTSP/1.0 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\n\r\n",
);
/** The bytes of `API`. */
const API_BYTES: readonly number[] = Object.freeze([0x2f, 0x61, 0x70, 0x69, 0x2f]);

/**
 * One client's connection: one exchange after the other, and a deadline for each thing that the client has to do.
 *
 * Every step is bounded by what the socket has to read, by its room, and by the sender's turn, so no connection can
 * hold the loop.
 */
export class Connection extends ConnectionState implements ExchangeLink, Occupant {
	readonly server: ServerContext;
	readonly remoteAddress: string | undefined;
	readonly input: Input;
	readonly sender: Sender;
	readonly deadline: Deadline;

	readonly #socket: Socket;
	#parser: Parser | undefined;

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
			onEnd,
		});
		this.input = new Input(this.#socket, server.headMemory);
		this.sender = new Sender(this.#socket, server.views, this);
		this.deadline = new Deadline(limits.sweepInterval);
		this.deadline.set(limits.headTimeout);
	}

	protected override get headReceived(): number {
		return this.input.length + (this.#parser?.skipped ?? 0);
	}

	/** Answers with an error before there is a request, and closes. */
	refuse(error: HttpError): void {
		const rtsp = this.#parser?.rtsp ?? false;
		this.#parser = undefined;
		this.idleSince = undefined;
		this.phase = EXCHANGING;
		this.exchange = new Exchange(this);
		const { bytes } = this.input;
		let path = bytes.indexOf(SPACE) + 1;
		// The path of an absolute-form follows the host (RFC 9112, 3.2.2).
		if (bytes[path] !== SLASH) path = bytes.indexOf(SLASH, path + 7);
		// As in `interpretHead`, a proxy may have left slashes.
		while (bytes[path + 1] === SLASH) path++;
		// HEAD gets no content (RFC 9110, 9.3.2).
		this.exchange.refuse(error, hasAt(bytes, path, API_BYTES) ? API : "", hasAt(bytes, 0, HEAD), rtsp);
		this.run();
	}

	/** Reports an error that comes too late for a response, such as that of a body that failed. */
	report(error: unknown): void {
		this.server.report(error, this.exchange?.request);
	}

	runHook(hook: () => void): void {
		this.server.hooks.run(hook, this);
	}

	/** Called once in every `limits.sweepInterval`. */
	tick(): void {
		this.sweep();
		if (!this.deadline.tick()) return;
		if (this.phase === READING) this.refuse(new HttpError(408));
		else if (!this.exchange?.expire())
			// A client that has not begun a request does not get 408: browsers connect in advance, and would take it
			// for the answer to the first request they send.
			this.leave();
	}

	/** Called when the server closes. A protocol that has a closing message sends it. */
	shutDown(): void {
		this.exchange?.shutDown();
		this.close();
	}

	freeRequestMemory(bytes: number): boolean {
		const { limits } = this.server;
		return this.server.room.freeMemory(limits.headroomSlots, Math.max(limits.headroomBytes, bytes), this);
	}

	freeMemory(bytes: number, evenStreams = false): boolean {
		const { limits, room } = this.server;
		while (!room.freeMemory(limits.acceptSlots, limits.acceptBytes + bytes, this)) {
			if (!evenStreams || !room.abortLongestHeld(this)) return false;
		}
		return true;
	}

	offer(first: Bytes, second: Bytes, third: Bytes, size: number): boolean {
		return this.sender.offer(first, second, third, size);
	}

	abortSlowest(): boolean {
		return this.server.room.abortSlowest(ELSEWHERE);
	}

	markTrusted(): void {
		this.trusted = true;
	}

	acquireHandler(): boolean {
		return this.exchange?.acquireHandler() ?? false;
	}

	get hasHandler(): boolean {
		return this.reservation?.hasHandler ?? false;
	}

	waitForTurn(): void {
		this.exchange?.waitForTurn();
	}

	terminate(): void {
		if (!this.exchange?.shutDown()) this.close();
	}

	/**
	 * Called when the client disconnects, or the server closes. Releases everything that the connection holds at once.
	 */
	close(): void {
		this.finish(false);
	}

	/** Called when the client has closed its sending half. It gets the responses to what it has sent. */
	inputEnded(): void {
		this.input.end();
		if (this.phase === EXCHANGING ? this.exchange!.inputEnded() : this.phase !== LINGERING) this.run();
		else this.close();
	}

	/** Closes without waiting for the peer, because others need the place, or because the peer had its time. */
	abort(): void {
		// A client that waits for its response gets to know, except if the socket is needed: it stays until the client closes.
		const { exchange, server } = this;
		const answered =
			exchange?.unanswered === true &&
			server.socketsLeft() !== 0 &&
			this.sender.sendAtOnce(exchange.request?.rtsp ? RTSP_BUSY : BUSY);
		// Otherwise the end of the connection becomes a reset, which may overtake the response, if the client still sends.
		const lingers = answered && this.#socket.end && exchange.receiving && server.keepRefused(this);
		if (!lingers) return this.finish(!answered);
		this.input.clear();
		this.linger();
		exchange.close();
	}

	releaseUnread(): void {
		this.exchange?.releaseUnread();
	}

	releaseSpare(): void {
		if (this.exchange?.releaseSpare() === false) this.abort();
	}

	/** Called when the client's time is over. */
	private leave(): void {
		if (this.phase === WAITING && this.served && this.#socket.end) this.linger();
		else this.finish(this.lingering || this.silent);
	}

	private finish(reset: boolean): void {
		if (this.phase === CLOSED) return;
		this.phase = CLOSED;
		this.stop();
		discard(this.#socket, reset);
		this.input.clear();
		// Before any hook runs, since the hook may need memory, for which this connection has nothing left to give.
		this.server.connectionEnded(this);
		this.sender.close();
		this.exchange?.close();
		this.#parser = this.exchange = undefined;
	}

	protected override step(): boolean {
		switch (this.phase) {
			case WAITING:
			case READING:
				return this.readHead();
			case EXCHANGING:
				return this.continue(this.exchange!);
			case LINGERING:
				return this.throwAway();
			default:
				return false;
		}
	}

	private enter(phase: number, time: number): void {
		this.phase = phase;
		this.deadline.set(time);
	}

	private readHead(): boolean {
		if (!this.input.pending) {
			if (this.input.ended) this.close();
			return false; // an idle connection needs no parser
		}
		const { limits } = this.server;
		const parser = (this.#parser ??= new Parser(limits));
		const { skipped } = parser;
		const verdict = parser.parse(this.input.bytes);
		this.input.drop(parser.skipped - skipped);
		if (verdict === MORE) {
			if (this.phase === WAITING && parser.started) this.enter(READING, limits.headTimeout);
			if (this.input.read(limits.readAhead) > 0) return true;
			const { denied, ended } = this.input;
			if (ended && !parser.started) this.close();
			else if (ended) this.refuse(new HttpError(400, "the request is incomplete"));
			else if (denied === 0) return false;
			else if (this.server.room.makeHeadRoom(this, denied)) return true;
			else this.refuse(unavailable());
			return false;
		}
		if (verdict !== DONE) {
			this.refuse(new HttpError(verdict, parser.reason));
			return false;
		}
		this.input.consume(parser.length);
		this.#parser = undefined;
		this.phase = EXCHANGING;
		this.idleSince = undefined;
		const { head } = parser;
		const exchange = (this.exchange = new Exchange(this, head));
		exchange.handle(exchange.request!);
		return true;
	}

	private continue(exchange: Exchange): boolean {
		if (exchange.step()) return true;
		const { limits } = this.server;
		// A refused request does not count as served.
		if (exchange.outcome !== ONGOING && exchange.completed && exchange.request) this.served = true;
		switch (exchange.outcome) {
			case NEXT:
				this.exchange = undefined;
				this.enter(WAITING, limits.idleTimeout);
				this.idleSince = this.server.nextOrder();
				// A peer may have sent fifty requests at once.
				if (this.input.pending) this.defer();
				return true;
			case LINGER:
			case CLOSE:
				// A lingering connection keeps its place, so that the wait for the client to close is limited, too.
				if (!this.input.ended && (exchange.outcome === LINGER || (this.#socket.end && exchange.completed))) {
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
		this.exchange = undefined;
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

/** Reports whether the bytes have the part at that position. */
function hasAt(bytes: Uint8Array, position: number, part: readonly number[]): boolean {
	for (let at = 0; at < part.length; at++) if (bytes[position + at] !== part[at]) return false;
	return true;
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

function onEnd(this: Socket): void {
	(this.target as Connection).inputEnded();
}

/** Called when the client disconnects. On sockets without `onEnd`, a client that closed only its sending half looks the same. */
function onError(this: Socket): void {
	(this.target as Connection).close();
}
