import { ConnectedRequest } from "./connected-request.ts";
import { Content, type ContentOwner } from "./content.ts";
import type { ExchangeLink } from "./exchange-link.ts";
import type { Head } from "../syntax/head.ts";
import { type HttpError, tooManyWait, unavailable } from "../http-error.ts";
import { CHUNKED } from "../syntax/message-framing.ts";
import type { QueuedRequest } from "./handler-places.ts";
import { Reservation } from "./reservation.ts";
import { Response } from "../response.ts";
import { isSafe } from "./waiting-methods.ts";

// What happens to the connection.
/** The exchange is not over. */
export const ONGOING = 0;
/** The exchange is over, and the connection serves another request. */
export const NEXT = 1;
/** The connection closes, but the client may still be sending, and has to get the response first. */
export const LINGER = 2;
export const CLOSE = 3;

// The phases of an exchange until there is a response. Those from RESPONDING on are in exchange.ts.
/** The handler works, and may ask for the content. */
export const HANDLING = 0;
/** The handler is not called before its content has arrived, because as many handlers wait for content as may. */
export const POSTPONED = 1;
/** No handler place was free. */
export const NO_PLACE = 2;
/** The request waits for a handler place. */
export const QUEUED = 3;
/** The handler is called again, or for the first time, out of the queue. */
export const RETRYING = 4;
/** The handler is called in the next turn, whether or not it can wait for content then. */
export const RESUMING = 5;
/** The request waits for memory of the heap. */
export const LACKING = 6;
/** The response is being sent. */
export const RESPONDING = 7;

/**
 * Slots that a request may take while it waits. Requests that are served at once need other slots; if there are none, waiting
 * requests make room (`RoomMaker`).
 */
const WAITING_SLOTS = 100;

/** Bytes of the heap that have to be free for each byte of large content: as text, and as JSON, it may take more than that. */
const CONTENT_FACTOR = 4;

function isRefusal(result: unknown): boolean {
	return result instanceof Response && result.status >= 400;
}

/**
 * The first half of an exchange: calls the handler when there are memory and a place for it, until it returns a response.
 *
 * Memory is checked before the handler allocates anything. A request whose handler finds no place waits in the queue of
 * `HandlerPlaces`. A handler that reads content waits for its client, so only a few may. While they do, a request whose content has
 * not arrived with its head is postponed until it has.
 */
export abstract class HandlerCall implements ContentOwner, QueuedRequest {
	protected readonly link: ExchangeLink;
	protected phase = HANDLING;
	protected content: Content | undefined;
	/** Whether the client waits for "100 Continue". */
	protected awaitsContinue = false;
	/** Whether the client keeps the connection; once the response is sent, whether the response says so. */
	protected persistent = false;
	/**
	 * Whether the handler has returned a promise. Until the promise settles, the handler holds the request, whether or
	 * not the client waits for it.
	 */
	protected handlerPending = false;

	/** Whether the handler has been called. */
	private called = false;

	readonly reservation: Reservation;
	/** Undefined if what the client sent is not a request, or was refused. */
	request: ConnectedRequest | undefined;
	outcome = ONGOING;
	/** Whether it has content, all of which arrived before the handler was called. Then it may take the last handler place. */
	mayTakeLast = false;

	constructor(link: ExchangeLink, head?: Head) {
		this.link = link;
		this.reservation = new Reservation(link.server);
		if (!head) return;
		const { limits, headMemory, contentMemory } = link.server,
			{ contentLength } = head;
		this.persistent = head.persistent;
		this.awaitsContinue = head.expectsContinue;
		if (contentLength !== 0) {
			this.mayTakeLast = contentLength !== CHUNKED && contentLength <= link.input.length;
			this.content = new Content(contentLength, limits, this, this.mayTakeLast ? headMemory : contentMemory);
		}
		this.request = new ConnectedRequest(head, this.content, link, link.server);
	}

	/** Sends a response. */
	protected abstract respond(response: Response): void;

	/** Sends an error for a request that cannot be handled, and closes. */
	abstract refuse(error: HttpError): void;

	get remoteAddress(): string | undefined {
		return this.link.remoteAddress;
	}

	/** Reports whether the request waits for a handler place, or for memory. */
	get queued(): boolean {
		return this.phase === QUEUED || this.phase === LACKING;
	}

	get lacksMemory(): boolean {
		return this.phase === LACKING;
	}

	/** Reports whether the request is postponed until its content has arrived, or a handler may wait for that. */
	get postponed(): boolean {
		return this.phase === POSTPONED;
	}

	/** Reports whether the handler is called again, for a request that was queued. */
	get retrying(): boolean {
		return this.phase === RETRYING && this.called;
	}

	/** Whether a handler waits for content, and less than `limits.minimumRate` has arrived in a sweep. */
	get contentStalled(): boolean {
		return this.content?.stalled ?? false;
	}

	get maySendSlowly(): boolean {
		return this.content !== undefined && !this.mayTakeLast && !this.asksOnly;
	}

	/** Whether the request only asks for something: its content, if it has any, means nothing (RFC 9110, 9.3.1). */
	protected get asksOnly(): boolean {
		return this.request !== undefined && isSafe(this.request.method);
	}

	/** Handles the request, or refuses it if there is no memory for that. */
	handle(request: ConnectedRequest): void {
		const { deadline, server } = this.link;
		deadline.clear();
		// Checked before the handler allocates anything.
		const hasMemory = this.freeMemory();
		if (!this.reservation.reserveHead(request.headers.byteLength, this.link)) return this.refuse(unavailable());
		if (!hasMemory) return this.waitForMemory();
		if (!this.mustPostpone()) return this.callHandler(request);
		this.phase = POSTPONED;
		deadline.set(server.limits.queueTimeout);
	}

	/** Implements `ContentOwner.freeMemory`. */
	freeMemory(length = 0): boolean {
		return !this.link.server.overloaded && this.link.freeRequestMemory(CONTENT_FACTOR * length);
	}

	/** Has the request wait for memory, as others do for a place. Refuses it if the heap has no room even for that. */
	private waitForMemory(): void {
		const { deadline, server } = this.link,
			{ queueTimeout } = server.limits;
		const mayWait = queueTimeout > 0 && !server.overloaded && this.fits;
		if (!mayWait || !server.handlers.enqueue(this, server.handlers.mayGrow)) return this.refuse(unavailable());
		this.phase = LACKING;
		deadline.set(queueTimeout);
	}

	/** Whether the heap has room for what a request takes while it waits. Most of that exists already. */
	private get fits(): boolean {
		const { limits, machine } = this.link.server;
		return machine.room(limits.acceptSlots, limits.acceptBytes);
	}

	/**
	 * Whether the heap has room for a request that waits, and for one more that is served at once. Room for the request alone is
	 * enough for a known address, and for the only one that waits, if its address has no handler at work: otherwise, beside many
	 * streams, the client that asks again most quickly would have all others refused.
	 */
	private mayWait(collect = false): boolean {
		const { handlers, limits, machine, room } = this.link.server,
			{ headroomBytes, headroomSlots, queueTimeout } = limits;
		if (queueTimeout === 0) return false;
		if (machine.room(headroomSlots + WAITING_SLOTS, headroomBytes, collect)) return true;
		const isFirst = !handlers.busy && handlers.count(this.remoteAddress) === 0;
		return (isFirst || room.isKnown(this.remoteAddress)) && this.fits;
	}

	/** Does the same as `mayWait`, but also closes connections whose requests have been postponed for longer. */
	private mayPostpone(): boolean {
		const { limits, room } = this.link.server;
		let admitted = this.mayWait();
		while (!admitted && limits.queueTimeout > 0 && room.abortPostponed(this.link)) admitted = this.mayWait(true);
		return admitted;
	}

	/** Whether there is a place for a handler that waits for content. */
	private get mayWaitForContent(): boolean {
		const { contentWaiters, handlers } = this.link.server;
		return contentWaiters.left > 0 && handlers.isFree(this.remoteAddress, false, true);
	}

	/**
	 * Whether a handler that asks for the content might find no place to wait for it. A client that waits for "100 Continue" gets
	 * that when its turn has come (RFC 9110, 10.1.1).
	 */
	private mustPostpone(): boolean {
		if (!this.content || this.mayTakeLast || this.asksOnly) return false;
		const { limits, room } = this.link.server;
		if (this.mayWaitForContent || !this.mayPostpone()) return false;
		// Content that can be read ahead needs no place once it has arrived.
		const comesSoon = !this.awaitsContinue && this.content.left <= limits.readAhead;
		return comesSoon || !room.abortContentWaiter(this.link) || !this.mayWaitForContent;
	}

	/** Calls the server's handler. A handler that returns a response rather than a promise costs no promise. */
	private callHandler(request: ConnectedRequest): void {
		const { server } = this.link;
		const again = this.phase === RETRYING;
		let result: unknown;
		const { waiting } = server,
			{ method } = request,
			known = waiting.includes(method);
		if (known && !this.acquireHandler()) result = tooManyWait().responseAt(request.path);
		else {
			try {
				result = server.handle(request);
			} catch (error) {
				result = server.errorResponse(error, request);
			}
			this.called = true;
			// A refusal may come before the check that waits.
			if (!(result instanceof Promise)) {
				if (!isRefusal(result)) waiting.note(method, false);
			} else if (!known) waiting.note(method, !this.reservation.hasHandler);
		}
		// Makes a place for `retry`, or for `respond`.
		if (result instanceof Response && result.takesHandler) this.acquireHandler();
		const refused = this.phase === NO_PLACE;
		this.phase = HANDLING;
		if (refused && !(result instanceof Promise) && this.queue(result, again)) return;
		if (again) this.link.deadline.clear();
		if (!(result instanceof Promise)) return this.handled(result);
		this.handlerPending = true;
		result.then(
			(response) => this.handled(response),
			(error) => this.handled(this.link.server.errorResponse(error, request)),
		);
		if (!this.reservation.acquireHandler(this.remoteAddress, this.mayTakeLast, this.maySendSlowly))
			this.rejectHandler(request);
	}

	/**
	 * Implements `RequestLink.acquireHandler`. Also returns false if other requests wait for a place: then this one has to
	 * wait, too.
	 */
	acquireHandler(): boolean {
		const { remoteAddress, mayTakeLast, reservation } = this,
			{ handlers } = this.link.server;
		const mustWait =
			this.phase !== RETRYING &&
			handlers.busy &&
			!reservation.hasHandler &&
			(!mayTakeLast || handlers.count(remoteAddress) > 0);
		if (this.tryAcquire(mustWait)) return true;
		if (!this.handlerPending) this.phase = NO_PLACE;
		return false;
	}

	/**
	 * Acquires a place. A connection whose protocol was switched makes room for it, if it lacks no more than that. Its handler may
	 * take some turns until it returns: meanwhile the request waits in the queue.
	 *
	 * @param mustWait Whether others come first.
	 */
	private tryAcquire(mustWait: boolean): boolean {
		const { mayTakeLast, maySendSlowly, remoteAddress, request, reservation } = this,
			{ handlers, room } = this.link.server;
		const acquire = (): boolean =>
			!mustWait && reservation.acquireHandler(remoteAddress, mayTakeLast, maySendSlowly);
		if (acquire()) return true;
		if (reservation.hasHandler || handlers.isFree(remoteAddress, mayTakeLast, maySendSlowly)) return false;
		const upgrades = request?.headers.has("upgrade") === true;
		return room.displaceUpgraded(this.link, handlers.working, upgrades) && acquire();
	}

	/** Implements `RequestLink.waitForTurn`. */
	waitForTurn(): void {
		if (!this.handlerPending) this.phase = NO_PLACE;
	}

	/**
	 * Queues a request that was answered 503, or would switch protocols, although no handler place is free. Returns false if it
	 * has to be refused. Its handler is called again later, so a handler must have no effect before `acquireHandler`.
	 */
	private queue(result: unknown, again: boolean): boolean {
		const { deadline, server } = this.link;
		if (!(result instanceof Response) || (result.status !== 503 && !result.takesHandler)) return false;
		// Its handler has begun.
		if (this.content?.awaited || server.limits.queueTimeout === 0) return false;
		if (!server.handlers.enqueue(this, server.handlers.mayGrow && this.mayWait())) return false;
		result.close(this.link);
		// The router reserves a place before it calls a handler that is known to wait.
		this.reservation.releaseHandler();
		this.phase = QUEUED;
		// A request that is queued again does not wait for longer.
		if (!again) deadline.set(server.limits.queueTimeout);
		return true;
	}

	/** Implements `QueuedRequest.retry`. */
	retry(): void {
		this.phase = RETRYING;
		// A step, since what the handler calls may ask for further steps: those must not run on top of its stack.
		this.link.run();
	}

	/** Implements `QueuedRequest.giveWay`. */
	giveWay(): void {
		this.phase = HANDLING;
		this.link.deadline.clear();
		this.handled(tooManyWait().responseAt(this.request!.path));
	}

	/** Does one thing in the phases POSTPONED, RESUMING and RETRYING. Returns whether to do another. */
	protected continueCall(): boolean {
		if (this.phase !== RETRYING) {
			const { input, server } = this.link;
			this.mayTakeLast = this.content!.left <= input.length;
			if (this.phase === POSTPONED && !this.mayTakeLast && !this.mayWaitForContent)
				return input.read(server.limits.readAhead - input.length) > 0;
			this.phase = HANDLING;
			this.link.deadline.clear();
		}
		this.callAgain();
		return true;
	}

	/** Counts a sweep for a postponed request: it goes on if a handler can wait for its content now. */
	protected sweepPostponed(): void {
		const { contentWaiters, handlers, room } = this.link.server;
		if (!handlers.isFree(this.remoteAddress, false, true)) return;
		if (contentWaiters.left === 0 && !room.abortContentWaiter(this.link)) return;
		this.resume();
	}

	/** Lets the handler of a postponed request be called in a turn of its own: the stack has no room for it within a sweep. */
	protected resume(): void {
		this.phase = RESUMING;
		this.link.deadline.clear();
		this.link.defer();
	}

	/** Called when the deadline has passed. Returns false if nothing of the call was waiting. */
	protected expireCall(): boolean {
		const { deadline, server } = this.link;
		if (this.queued) {
			server.handlers.remove(this);
			this.giveWay();
		} else if (this.phase === POSTPONED) this.resume();
		else if (this.content?.awaited) {
			deadline.clear();
			this.reservation.releaseContentWait();
			this.content.fail(408); // an error in the handler, which becomes the response
		} else return false;
		return true;
	}

	private callAgain(): void {
		if (this.freeMemory()) {
			if (this.phase !== RETRYING || this.called || !this.mustPostpone()) return this.callHandler(this.request!);
			this.phase = POSTPONED;
			return;
		}
		if (this.phase === RETRYING && this.link.server.handlers.enqueue(this, true)) {
			this.phase = LACKING;
			return;
		}
		this.phase = HANDLING;
		this.link.deadline.clear();
		this.handled(unavailable().responseAt(this.request!.path));
	}

	/** Rejects a handler because too many are at work. To the handler it looks as if its client had disconnected. */
	private rejectHandler(request: ConnectedRequest): void {
		this.link.server.markOverloaded();
		this.content?.fail(503);
		request.disconnect(this.link);
		this.refuse(tooManyWait());
	}

	private handled(result: unknown): void {
		const response =
			result instanceof Response
				? result
				: this.link.server.errorResponse(new TypeError("the handler did not return a Response"), this.request);
		this.handlerPending = false;
		this.reservation.releaseHandler();
		// Bytes that the response still refers to count as its memory.
		if (this.content?.complete) this.content.release();
		if (this.outcome !== ONGOING || this.phase !== HANDLING) {
			// The client disconnected, or the handler was rejected.
			this.reservation.releaseHead();
			return response.close(this.link);
		}
		this.respond(response);
		this.link.run();
	}

	/** Implements `ContentOwner.contentWanted`. */
	contentWanted(): void {
		const { deadline, input, sender, server } = this.link;
		// What has not arrived when the client has closed its sending half will never come.
		const mayWait = !this.mayTakeLast && !input.ended;
		if (mayWait && !this.reservation.reserveContentWait(this.link)) return this.content!.fail(503);
		deadline.set(server.limits.contentTimeout);
		// Unnecessary for a client that has begun to send (RFC 9110, 10.1.1).
		if (this.awaitsContinue && !input.pending) sender.sendContinue();
		this.awaitsContinue = false;
		this.link.run();
	}

	/** Implements `ContentOwner.contentResumed`. */
	contentResumed(): void {
		this.link.run();
	}

	/** Implements `ContentMemory.makeContentRoom`. */
	makeContentRoom(): boolean {
		return this.link.server.room.abortContentWaiter(this.link);
	}
}
