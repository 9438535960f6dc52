import { Reservation, upgradedCount } from "./reservation.ts";
import { ResponseProgress } from "./response-progress.ts";
import { Content, type ContentOwner } from "./content.ts";
import type { QueuedRequest } from "./handler-places.ts";
import { DONE, MORE } from "../syntax/field-section.ts";
import { encodeHead } from "./response-head.ts";
import type { Head } from "../syntax/head.ts";
import { HttpError, tooManyWait, unavailable } from "../http-error.ts";
import type { ConnectionLink } from "../connection-link.ts";
import { CHUNKED } from "../syntax/message-framing.ts";
import type { UpgradedProtocol } from "../upgraded-protocol.ts";
import { ConnectedRequest } from "./connected-request.ts";
import { Response } from "../response.ts";
import { BLOCKED, BROKEN, IDLE } from "./sender.ts";

// What happens to the connection.
/** The exchange is not over. */
export const ONGOING = 0;
/** The exchange is over, and the connection serves another request. */
export const NEXT = 1;
/** The connection closes, but the client may still be sending, and has to get the response first. */
export const LINGER = 2;
export const CLOSE = 3;

// The phases of an exchange.
/** The handler works, and may ask for the content. */
const HANDLING = 0;
/** The response is being sent. */
const RESPONDING = 1;
/** Discards content that the handler did not read. */
const DRAINING = 2;
/** The protocol is switched: both sides send as they like. */
const UPGRADED = 3;
/** No handler place was free. */
const NO_PLACE = 4;
/** The request waits for a handler slot. */
const QUEUED = 5;
/** The handler is called again, out of the queue. */
const RETRYING = 6;

/**
 * One request and its response.
 *
 * Until the response is sent, it reads input ahead, up to `limits.readAhead`: a socket reports that its client has
 * disconnected only once everything that it received has been read. If a client sends more than that, TCP holds it
 * back, and the next write notices that it disconnected.
 */
export class Exchange implements ContentOwner, QueuedRequest {
	readonly #link: ConnectionLink;
	#phase = HANDLING;
	#content: Content | undefined;
	#protocol: UpgradedProtocol | undefined;
	/** Whether the client waits for "100 Continue". */
	#awaitsContinue = false;
	/** Whether the client keeps the connection; once the response is sent, whether the response says so. */
	#persistent = false;
	/** Whether the client can tell where the response ends before the connection does. */
	#delimited = false;
	/** Whether the body had nothing to send when last asked. */
	#starved = false;
	/** How much of the response the client takes. Undefined before the first sweep. */
	#progress: ResponseProgress | undefined;
	#completed = false;
	/** Whether all content arrived together with the head. */
	#contentPresent = false;
	/**
	 * Whether the handler has returned a promise. Until the promise settles, the handler holds the request, whether or
	 * not the client waits for it.
	 */
	#handlerPending = false;

	readonly reservation: Reservation;
	/** Undefined if what the client sent is not a request, or was refused. */
	request: ConnectedRequest | undefined;
	outcome = ONGOING;

	constructor(link: ConnectionLink, head?: Head) {
		this.#link = link;
		this.reservation = new Reservation(link.server);
		if (!head) return;
		const { limits, headMemory, contentMemory } = link.server;
		this.#persistent = head.persistent;
		this.#awaitsContinue = head.expectsContinue;
		if (head.contentLength !== 0) {
			const whole = this.isWhole(head.contentLength);
			this.#content = new Content(head.contentLength, limits, this, whole ? headMemory : contentMemory);
		}
		this.request = new ConnectedRequest(head, this.#content, link, link.server);
	}

	/** Handles the request, or refuses it if there is no memory for that. */
	handle(request: ConnectedRequest, contentLength: number): void {
		this.#link.deadline.clear();
		this.#contentPresent = contentLength > 0 && this.isWhole(contentLength);
		// Checked before the handler allocates anything.
		if (!this.hasMemory || !this.reservation.reserveHead(request.headers.byteLength)) this.refuse(unavailable());
		else this.callHandler(request);
	}

	private get hasMemory(): boolean {
		return !this.#link.server.overloaded && this.#link.hasRequestMemory();
	}

	/** Calls the server's handler. A handler that returns a response rather than a promise costs no promise. */
	private callHandler(request: ConnectedRequest): void {
		const { server } = this.#link;
		let result: unknown;
		try {
			result = server.handle(request);
		} catch (error) {
			result = server.errorResponse(error, request);
		}
		// Makes a place for `retry`, or for `respond`.
		if (result instanceof Response && result.protocol && !this.acquireHandler())
			server.room.displace(upgradedCount, 1, this.#link);
		const refused = this.#phase === NO_PLACE;
		this.#phase = HANDLING;
		if (!(result instanceof Promise)) {
			if (!refused || !this.queue(result)) this.handled(result);
			return;
		}
		this.#handlerPending = true;
		result.then(
			(response) => this.handled(response),
			(error) => this.handled(this.#link.server.errorResponse(error, request)),
		);
		if (!this.reservation.acquireHandler(this.remoteAddress, this.mayTakeLast)) this.rejectHandler(request);
	}

	/**
	 * Implements `ConnectionLink.acquireHandler`. Also returns false if other requests wait for a slot: then this one has to
	 * wait, too.
	 */
	acquireHandler(): boolean {
		const { remoteAddress, mayTakeLast, reservation } = this,
			{ handlers } = this.#link.server;
		const mustWait =
			this.#phase !== RETRYING &&
			handlers.busy &&
			!reservation.hasHandler &&
			(!mayTakeLast || handlers.count(remoteAddress) > 0);
		if (!mustWait && reservation.acquireHandler(remoteAddress, mayTakeLast)) return true;
		// If there is a place, memory is short, and the end of another handler need not help.
		if (!this.#handlerPending && (mustWait || !handlers.hasRoom(remoteAddress, mayTakeLast)))
			this.#phase = NO_PLACE;
		return false;
	}

	/**
	 * Queues a request that was answered 503, or would switch protocols, although no handler slot is free. Returns false if it
	 * has to be refused. Its handler is called again later, so a handler must have no effect before `acquireHandler`.
	 */
	private queue(result: unknown): boolean {
		const { deadline, server } = this.#link;
		if (!(result instanceof Response) || (result.status !== 503 && !result.protocol)) return false;
		// Its handler has begun.
		if (this.#content?.awaited) return false;
		// A queued request stays in the heap: those that are served at once must find room beside it.
		const { headroomBytes, headroomSlots, handlerSlots } = server.limits;
		if (!server.machine.room(headroomSlots + 2 * handlerSlots, headroomBytes)) return false;
		if (!server.handlers.enqueue(this)) return false;
		result.close(this.#link);
		this.#phase = QUEUED;
		deadline.set(server.limits.queueTimeout);
		return true;
	}

	/** Implements `QueuedRequest.retry`. */
	retry(): void {
		this.#phase = RETRYING;
		this.#link.deadline.clear();
		// A step, since what the handler calls may ask for further steps: those must not run on top of its stack.
		this.#link.run();
	}

	/** Reports whether the handler is called again, for a request that was queued. */
	get retrying(): boolean {
		return this.#phase === RETRYING;
	}

	private callAgain(request: ConnectedRequest): void {
		if (this.hasMemory) return this.callHandler(request);
		this.#phase = HANDLING;
		this.handled(unavailable().response);
	}

	/** Implements `QueuedRequest.giveWay`. */
	giveWay(): void {
		this.#phase = HANDLING;
		this.handled(tooManyWait().response);
	}

	get remoteAddress(): string | undefined {
		return this.#link.remoteAddress;
	}

	/** Reports whether the request waits for a handler slot. */
	get queued(): boolean {
		return this.#phase === QUEUED;
	}

	get mayTakeLast(): boolean {
		return this.#contentPresent;
	}

	/** Rejects a handler because too many are at work. To the handler it looks as if its client had disconnected. */
	private rejectHandler(request: ConnectedRequest): void {
		this.#link.server.markOverloaded();
		this.#content?.fail(503);
		request.disconnect(this.#link);
		this.refuse(tooManyWait());
	}

	/**
	 * Sends an error for what is not a request or cannot be handled, and closes. Keeps nothing of what was read,
	 * since no budget counts it.
	 */
	refuse(error: HttpError): void {
		this.#persistent = false;
		this.respond(error.response);
		this.reservation.releaseContentWait();
		this.request = this.#content = undefined;
	}

	/**
	 * Reports whether the exchange waits only for the client: to send content that a handler waits for, to send content
	 * that is left when the response is sent, or to take a response that is not a stream.
	 */
	get awaitsClient(): boolean {
		return (
			this.#phase === DRAINING ||
			(this.reservation.awaitsContent && this.#content!.awaited) ||
			(this.#progress?.slow ?? false)
		);
	}

	/** Implements `ResponseProgress.recentBytes`. */
	get recentBytes(): number | undefined {
		return this.#progress?.recentBytes;
	}

	/** Reports whether a response is being sent that is not a stream, and there is more of it. */
	get responding(): boolean {
		return this.#phase === RESPONDING && !this.#starved && !this.reservation.streaming;
	}

	/** Reports whether the whole response was sent. */
	get completed(): boolean {
		return this.#completed;
	}

	/** Does one thing. Returns whether to call it again. */
	step(): boolean {
		switch (this.#phase) {
			case HANDLING:
			case NO_PLACE:
			case QUEUED:
				return this.awaitHandler();
			case RETRYING:
				this.callAgain(this.request!);
				return true;
			case RESPONDING:
				return this.send();
			case UPGRADED:
				return this.serveUpgraded(this.#protocol!);
			default:
				return this.drain();
		}
	}

	/** Called in every sweep, before the deadline is checked. */
	updateProgress(): void {
		const { deadline, sender, server } = this.#link;
		if (this.#content?.awaited) return this.#content.sweep(server.limits.minimumRate);
		if (this.#phase !== RESPONDING) return;
		this.#progress ??= new ResponseProgress();
		this.#progress.sweep(sender.sent, this.#starved, this.reservation.streaming, server.limits, deadline);
	}

	/** Called when the deadline has passed. Returns false if that ends the connection. */
	expire(): boolean {
		if (this.#protocol) return this.#protocol.expire();
		const { deadline, sender, server } = this.#link;
		if (this.#phase === QUEUED) {
			server.handlers.remove(this);
			this.giveWay();
			return true;
		}
		if (this.#content?.awaited) {
			deadline.clear();
			this.reservation.releaseContentWait();
			this.#content.fail(408); // an error in the handler, which becomes the response
			return true;
		}
		if (!this.#starved || !sender.sendHeartbeat()) return false;
		deadline.set(server.limits.writeTimeout);
		this.#link.run();
		return true;
	}

	/** Lets the upgraded protocol send its closing message. Returns false if there is no such protocol. */
	shutDown(): boolean {
		this.#protocol?.shutDown();
		return this.#protocol !== undefined;
	}

	/** Called when the client disconnects, or the server closes. */
	close(): void {
		if (this.outcome !== ONGOING) return;
		this.end(CLOSE);
		this.#content?.fail(400);
		if (this.#phase !== DRAINING) this.request?.disconnect(this.#link);
	}

	private end(outcome: number): void {
		if (this.#phase === QUEUED) this.#link.server.handlers.remove(this);
		this.outcome = outcome;
		this.reservation.releaseResponse();
		this.request?.finish();
		this.#content?.release();
		const protocol = this.#protocol;
		// The handler of a WebSocket may go on after its client has left.
		if (protocol?.working) protocol.onDone = () => this.reservation.releaseHandler();
		else if (!this.#handlerPending) this.reservation.releaseHandler();
		if (!this.#handlerPending) {
			this.reservation.releaseHead();
		}
		if (!this.reservation.releasePlaces(this.#link.input)) this.outcome = CLOSE;
	}

	private handled(result: unknown): void {
		const response =
			result instanceof Response
				? result
				: this.#link.server.errorResponse(new TypeError("the handler did not return a Response"), this.request);
		this.#handlerPending = false;
		this.reservation.releaseHandler();
		// Bytes that the response still refers to count as its memory.
		if (this.#content?.complete) this.#content.release();
		if (this.outcome !== ONGOING || this.#phase !== HANDLING) {
			// The client disconnected, or the handler was rejected.
			this.reservation.releaseHead();
			return response.close(this.#link);
		}
		this.respond(response);
		this.#link.run();
	}

	/** Implements `ContentOwner.contentWanted`. */
	contentWanted(): void {
		const { deadline, input, sender, server } = this.#link;
		if (!this.#contentPresent && !this.reservation.reserveContentWait(this.#link)) return this.#content!.fail(503);
		deadline.set(server.limits.contentTimeout);
		// Unnecessary for a client that has begun to send (RFC 9110, 10.1.1).
		if (this.#awaitsContinue && !input.pending) sender.sendContinue();
		this.#awaitsContinue = false;
		this.#link.run();
	}

	/** Implements `ContentMemory.makeContentRoom`. */
	makeContentRoom(): boolean {
		return this.#link.server.room.abortContentWaiter(this.#link);
	}

	/** Whether a handler waits for content, and none has arrived for a sweep. */
	get contentStalled(): boolean {
		return this.#content?.stalled ?? false;
	}

	private awaitHandler(): boolean {
		// There may be a "100 Continue" to send.
		if (this.#link.sender.flush() !== BROKEN) return this.receive();
		this.#link.close();
		return false;
	}

	/** Reads the content if the handler waits for it, and reads ahead otherwise. */
	private receive(): boolean {
		const { deadline, input, server } = this.#link;
		const content = this.#content;
		if (!content?.awaited) {
			if (this.reservation.streaming) this.dropReadAhead();
			return input.read(server.limits.readAhead - input.length) > 0;
		}
		if (content.take(input) === MORE) {
			if (input.read(server.limits.readAhead) > 0) return true;
			if (!input.denied) return false;
			content.fail(503);
		}
		this.reservation.releaseContentWait();
		deadline.clear();
		return true;
	}

	/**
	 * Drops what arrives while a stream is sent. The stream may never end, so what arrives is not a request that will
	 * be answered. It has to be read because a socket reports that its client has disconnected only once everything is
	 * read.
	 */
	private dropReadAhead(): void {
		const { input, server } = this.#link;
		if (this.#content && !this.#content.complete) return;
		this.#persistent &&= input.length < server.limits.readAhead;
		if (!this.#persistent) input.clear();
	}

	/** Reports whether content of this length arrived together with its head, as most clients send it. */
	private isWhole(length: number): boolean {
		return length !== CHUNKED && length <= this.#link.input.length;
	}

	private respond(response: Response): void {
		const { deadline, sender, server } = this.#link;
		const method = this.request?.method ?? "";
		const version = this.request?.version ?? "1.1";
		try {
			// If there are more clients than places, each has its place for one request.
			const reusable =
				this.#persistent && !server.crowded && !this.#awaitsContinue && (this.#content?.disposable ?? true);
			if (response.protocol && this.#content && !this.#content.complete)
				throw new HttpError(400, "a request with content cannot switch to another protocol");
			if (response.protocol && !this.reservation.acquireHandler(this.remoteAddress, this.mayTakeLast))
				throw tooManyWait();
			const framing = encodeHead(response, method, version, reusable);
			if (framing.content && !this.reservation.reserveResponse(response.heapBytes, this.#link))
				throw unavailable();
			if (framing.content && framing.length === Infinity)
				this.reservation.reserveStream(this.#link.input, this.#link);
			else if (framing.content && response.generated && !this.reservation.admitsStream()) throw unavailable();
			sender.start(framing, framing.content ? (response.bytes ?? response.open(this.#link)) : undefined);
			response.close(this.#link); // HEAD does not get the stream
			this.#persistent = framing.persistent;
			this.#delimited = framing.length !== Infinity || framing.chunked || !framing.content;
			this.#awaitsContinue = false; // too late for "100 Continue"
			this.#phase = RESPONDING;
			deadline.set(server.limits.writeTimeout);
			if (response.protocol) this.upgrade(response.protocol);
		} catch (error) {
			// A mistake of the handler's, such as an impossible length, or a stream that was sent before.
			response.close(this.#link);
			this.respond(server.errorResponse(error, this.request));
		}
	}

	private upgrade(protocol: UpgradedProtocol): void {
		this.#protocol = protocol;
		this.#phase = UPGRADED;
		this.#delimited = true; // the protocol itself marks where it ends
		this.#link.sender.runsOwner = true;
		protocol.open(this.#link);
	}

	private serveUpgraded(protocol: UpgradedProtocol): boolean {
		const { sender, input, server } = this.#link;
		switch (sender.flush()) {
			case IDLE:
				this.finish();
				return false;
			case BROKEN:
				this.#link.close();
				return false;
			default: {
				const count = input.read(server.limits.readAhead - input.length);
				return protocol.receive(input) || count > 0;
			}
		}
	}

	private send(): boolean {
		const state = this.#link.sender.flush();
		// Pulling from the source may have ended the exchange.
		if (this.outcome !== ONGOING) return false;
		switch (state) {
			case IDLE:
				this.finish();
				return this.outcome === ONGOING;
			case BROKEN:
				this.#link.close();
				return false;
			case BLOCKED:
				this.#starved = false;
				return this.receive();
			default:
				this.#starved = true;
				return this.receive();
		}
	}

	private finish(): void {
		const { deadline, server, input } = this.#link;
		this.#completed = true;
		this.request?.finish();
		this.#content?.discard();
		const unread = this.#content !== undefined && !this.#content.complete;
		if (this.#persistent && unread) {
			this.#phase = DRAINING;
			deadline.set(server.limits.contentTimeout);
		} else if (this.#persistent) this.end(NEXT);
		else this.end(this.#delimited && (unread || input.pending || !this.request) ? LINGER : CLOSE);
	}

	private drain(): boolean {
		const { input } = this.#link;
		const verdict = this.#content!.take(input);
		if (verdict === MORE && input.read(this.#link.server.limits.readAhead) > 0) return true;
		if (verdict !== MORE || input.denied) this.end(verdict === DONE ? NEXT : CLOSE);
		return false;
	}
}
