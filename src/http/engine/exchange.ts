import type { BodySource } from "../body.ts";
import { ResponseProgress } from "./response-progress.ts";
import type { Content } from "./content.ts";
import { DONE, MORE } from "../syntax/field-section.ts";
import {
	CLOSE,
	HANDLING,
	HandlerCall,
	POSTPONED,
	LINGER,
	NEXT,
	ONGOING,
	RESPONDING,
	RESUMING,
	RETRYING,
} from "./handler-call.ts";
import { encodeHead } from "./response-head.ts";
import { encodeRtspHead } from "./rtsp-response-head.ts";
import { HttpError, tooManyWait, unavailable } from "../http-error.ts";
import type { UpgradedProtocol } from "../upgraded-protocol.ts";
import { Response } from "../response.ts";
import { BLOCKED, BROKEN, IDLE } from "./sender.ts";

// The phases of an exchange after those of `HandlerCall`.
/** Discards content that the handler did not read. */
const DRAINING = RESPONDING + 1;
/** The protocol is switched: both sides send as they like. */
const UPGRADED = RESPONDING + 2;

/**
 * One request and its response.
 *
 * Until the response is sent, it reads input ahead, up to `limits.readAhead`: a socket reports that its client has
 * disconnected only once everything that it received has been read. If a client sends more than that, TCP holds it
 * back, and the next write notices that it disconnected.
 */
export class Exchange extends HandlerCall {
	#protocol: UpgradedProtocol | undefined;
	/** Whether the client can tell where the response ends before the connection does. */
	#delimited = false;
	/** Whether the body had nothing to send when last asked. */
	#starved = false;
	/** How much of the response the client takes. Undefined before the first sweep. */
	#progress: ResponseProgress | undefined;
	#completed = false;
	/** The stream that is sent, if a program generates it. */
	#generated: BodySource | undefined;

	/**
	 * Sends an error for what is not a request or cannot be handled, and closes. Keeps nothing of what was read,
	 * since no budget counts it.
	 *
	 * @param path That of the request, or its beginning, as far as it is known.
	 * @param headOnly Whether the client may not get content, since it sent HEAD.
	 * @param rtsp Whether the client speaks RTSP.
	 */
	refuse(error: HttpError, path = this.request?.path ?? "", headOnly = false, rtsp?: boolean): void {
		this.persistent = false;
		this.respond(
			headOnly ? new Response(null, { status: error.status, headers: error.headers }) : error.responseAt(path),
			rtsp,
		);
		this.reservation.releaseContentWait();
		this.request?.finish();
		// The handler may go on, and has the request.
		this.shrinkHead();
		this.request = this.content = undefined;
	}

	/**
	 * Reports whether the exchange waits only for the client: to send content before the handler is called, or while it waits
	 * for that, or after the response is sent; or to take a response that is not a stream.
	 */
	get awaitsClient(): boolean {
		return (
			this.phase === POSTPONED ||
			this.phase === DRAINING ||
			(this.reservation.awaitsContent && this.content!.awaited && !this.content!.held) ||
			(this.#progress?.slow ?? false)
		);
	}

	/** Reports whether the client has to send content before the handler goes on, or is called. */
	get needsContent(): boolean {
		return this.phase === POSTPONED || this.reservation.awaitsContent;
	}

	/** Bytes of content that have arrived. */
	get contentReceived(): number {
		return (this.content?.received ?? 0) + this.link.input.length;
	}

	/** Implements `ResponseProgress.recentBytes`. */
	get recentBytes(): number | undefined {
		return this.#progress?.recentBytes;
	}

	/** Reports whether a response is being sent that is not a stream, and there is more of it. */
	get responding(): boolean {
		return this.phase === RESPONDING && !this.#starved && !this.reservation.streamSlots;
	}

	/** Reports whether nothing of the response has been sent, so that its client can get a 503. */
	get unanswered(): boolean {
		return this.phase < RESPONDING;
	}

	/** Reports whether its client may be sending content. */
	get receiving(): boolean {
		return this.content !== undefined && !this.content.complete;
	}

	/** Reports whether the response is sent, and content is read only to be discarded. */
	get draining(): boolean {
		return this.phase === DRAINING;
	}

	/** Reports whether the whole response was sent. */
	get completed(): boolean {
		return this.#completed;
	}

	/** Implements `Occupant.spareBytes`. */
	get spareBytes(): number {
		return this.reservation.spareHeadBytes + (this.mayDropInput ? this.link.input.share : 0);
	}

	/** Implements `Occupant.unreadBytes`. */
	get unreadBytes(): number {
		return this.mayDropContent && this.phase === HANDLING ? this.link.input.share : 0;
	}

	/** Implements `Occupant.unfinishedBytes`. */
	get unfinishedBytes(): number {
		return this.queued || this.postponed ? this.link.input.share : 0;
	}

	/**
	 * Gives up long header fields, which become a 431 for a handler that reads them, and what the client has sent ahead, which is
	 * not answered: the client has to send it again (RFC 9112, 9.3.2). Returns false if the fields cannot be shortened.
	 */
	releaseSpare(): boolean {
		if (this.mayDropInput) {
			this.content?.fail(503);
			this.dropInput();
		}
		return this.shrinkHead();
	}

	/** Gives up `unreadBytes`: a handler that asks for the content gets a 503. */
	releaseUnread(): void {
		this.content!.fail(503);
		this.dropInput();
	}

	/** Has the head of the request, if it has one, take less memory. Returns false if its fields cannot be shortened. */
	private shrinkHead(): boolean {
		const { request, reservation } = this;
		return !request || reservation.spareHeadBytes === 0 || reservation.shrinkHead(request.headers);
	}

	/**
	 * Whether what has been read beyond the request's head can be dropped: the client can still learn of that, and it is the next
	 * request, or content that nobody needs, as that of a GET, or of a stream, whose handler has returned.
	 */
	private get mayDropInput(): boolean {
		const { content, phase, reservation } = this;
		if (this.#protocol) return false;
		if (content && !content.complete) return this.mayDropContent && (reservation.streamSlots > 0 || this.asksOnly);
		return reservation.streamSlots > 0 || phase < RESPONDING;
	}

	/** Whether content can be dropped: nobody has asked for it, and the handler goes on, has returned a stream, or will be called again. */
	private get mayDropContent(): boolean {
		const { content, handlerPending, phase, reservation } = this;
		if (!content || content.complete || content.wanted) return false;
		return reservation.streamSlots > 0 || this.queued || (handlerPending && phase === HANDLING);
	}

	private dropInput(): void {
		this.persistent = false;
		this.link.input.clear();
	}

	/** Does one thing. Returns whether to call it again. */
	step(): boolean {
		switch (this.phase) {
			case POSTPONED:
			case RESUMING:
			case RETRYING:
				return this.continueCall();
			case RESPONDING:
				return this.send();
			case DRAINING:
				return this.drain();
			case UPGRADED:
				return this.serveUpgraded(this.#protocol!);
			default:
				return this.awaitHandler();
		}
	}

	/**
	 * Called when the client has closed its sending half. Returns false if it cannot get a response. A client that has
	 * disconnected looks the same until something is sent to it, so it does not wait for longer than
	 * `limits.lingerTimeout` without anything to send.
	 */
	inputEnded(): boolean {
		const { deadline, sender, server } = this.link;
		// Its handler, if it waits for content, learns from `receive` that there is no more.
		if (this.#protocol || this.phase === DRAINING) return false;
		// What has arrived may be all of it, which nobody knows of chunked content before it is read.
		if (this.phase === POSTPONED) this.resume();
		if (this.phase === RESPONDING && this.#starved) {
			deadline.set(server.limits.lingerTimeout);
			sender.sendHeartbeat();
		}
		return true;
	}

	/** Called in every sweep, before the deadline is checked. */
	updateProgress(): void {
		const { deadline, input, sender, server } = this.link;
		if (this.phase === POSTPONED) return this.sweepPostponed();
		if (this.content?.awaited) return this.sweepContent(this.content);
		if (this.phase !== RESPONDING) {
			if (input.ended && !deadline.running) deadline.set(server.limits.lingerTimeout);
			return;
		}
		const { lingerTimeout, minimumRate, silenceTimeout, writeTimeout } = server.limits,
			silence = input.ended ? lingerTimeout : silenceTimeout;
		this.#progress ??= new ResponseProgress();
		if (
			this.#progress.sweep(sender.sent, this.#starved, this.reservation.streamSlots > 0, minimumRate) ||
			!deadline.running
		)
			deadline.set(this.#starved ? silence : writeTimeout);
	}

	/** Counts a sweep for content that a handler waits for. An upload has no end in time, as long as it gets on. */
	private sweepContent(content: Content): void {
		const { deadline, server } = this.link,
			{ contentTimeout, minimumRate } = server.limits;
		content.sweep(minimumRate);
		if (content.streamed && !content.stalled) deadline.set(contentTimeout);
	}

	/** Called when the deadline has passed. Returns false if that ends the connection. */
	expire(): boolean {
		if (this.#protocol) return this.#protocol.expire();
		const { deadline, sender, server } = this.link;
		if (this.expireCall()) return true;
		if (!this.#starved || !sender.sendHeartbeat()) return false;
		deadline.set(server.limits.writeTimeout);
		this.link.run();
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
		this.content?.fail(400);
		if (this.phase !== DRAINING) this.request?.disconnect(this.link);
	}

	private end(outcome: number): void {
		if (this.queued) this.link.server.handlers.remove(this);
		this.outcome = outcome;
		this.reservation.releaseResponse();
		this.request?.finish();
		this.content?.release();
		if (this.#generated) this.link.server.leftovers.add(this.remoteAddress, this.#generated);
		const protocol = this.#protocol;
		// The handler of a WebSocket may go on after its client has left.
		if (protocol?.working) protocol.onDone = () => this.reservation.releaseHandler();
		else if (!this.handlerPending) this.reservation.releaseHandler();
		if (!this.handlerPending) this.reservation.releaseHead();
		else this.shrinkHead();
		if (!this.reservation.releasePlaces(this.link.input)) this.outcome = CLOSE;
	}

	private awaitHandler(): boolean {
		// There may be a "100 Continue" to send.
		if (this.link.sender.flush() !== BROKEN) return this.receive();
		this.link.close();
		return false;
	}

	/** Reads the content if the handler waits for it, and reads ahead otherwise. */
	private receive(): boolean {
		const { deadline, input, server } = this.link;
		const content = this.content;
		if (!content?.awaited) {
			if (content?.failed && !content.wanted) this.dropInput();
			else if (this.reservation.streamSlots) this.dropReadAhead();
			return input.read(server.limits.readAhead - input.length) > 0;
		}
		if (content.held) return false;
		if (content.take(input) === MORE) {
			if (content.paused) return this.pause();
			if (content.held) return false;
			if (input.read(server.limits.readAhead) > 0) return true;
			if (!input.denied && !input.ended) return false;
			if (input.denied && server.room.makeHeadRoom(this.link, input.denied)) return true;
			if (input.ended) content.fail(400, "the content is incomplete");
			else content.fail(503);
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
		const { input, server } = this.link;
		if (this.content && !this.content.complete) return;
		if (!this.persistent || input.length >= server.limits.readAhead) this.dropInput();
	}

	protected respond(response: Response, rtsp = this.request?.rtsp ?? false): void {
		const { deadline, input, sender, server } = this.link;
		const method = this.request?.method ?? "";
		const version = this.request?.version ?? "1.1";
		try {
			// If there are more clients than places, each has its place for one request. Those of RTSP need several.
			const reusable =
				this.persistent &&
				(!input.ended || input.pending) &&
				(!server.crowded || rtsp) &&
				!this.awaitsContinue &&
				(this.content?.disposable ?? true);
			if (response.protocol && this.content && !this.content.complete)
				throw new HttpError(400, "a request with content cannot switch to another protocol");
			if (response.takesHandler && !this.reservation.acquireHandler(this.remoteAddress, this.mayTakeLast))
				throw tooManyWait();
			if (response.generated && !server.leftovers.admits(this.remoteAddress))
				throw unavailable("too many streams go on without their clients");
			const framing = rtsp
				? encodeRtspHead(response, this.request?.headers, reusable)
				: encodeHead(response, method, version, reusable, this.request?.headers);
			if (framing.content && !this.reservation.reserveResponse(response.heapBytes, this.link))
				throw unavailable();
			let synchronized = true;
			if (framing.content && framing.length === Infinity)
				synchronized = this.reservation.reserveStream(
					input,
					this.link,
					this.request?.headers,
					response.streamSlots,
				);
			else if (framing.content && response.generated && !this.reservation.admitsStream()) throw unavailable();
			const body = framing.content ? (response.bytes ?? response.open(this.link)) : undefined;
			if (response.generated) this.#generated = body as BodySource | undefined;
			sender.start(framing, body);
			response.close(this.link); // HEAD does not get the stream
			this.persistent = framing.persistent && synchronized;
			this.#delimited = framing.length !== Infinity || framing.chunked || !framing.content;
			this.awaitsContinue = false; // too late for "100 Continue"
			this.phase = RESPONDING;
			deadline.set(server.limits.writeTimeout);
			if (response.protocol) this.upgrade(response.protocol);
		} catch (error) {
			// A mistake of the handler's, such as an impossible length, or a stream that was sent before.
			response.close(this.link);
			this.respond(server.errorResponse(error, this.request), rtsp);
		}
	}

	private upgrade(protocol: UpgradedProtocol): void {
		this.#protocol = protocol;
		this.phase = UPGRADED;
		this.#delimited = true; // the protocol itself marks where it ends
		this.link.sender.runsOwner = true;
		protocol.open(this.link);
	}

	private serveUpgraded(protocol: UpgradedProtocol): boolean {
		const { sender, input, server } = this.link;
		switch (sender.flush()) {
			case IDLE:
				this.finish();
				return false;
			case BROKEN:
				this.link.close();
				return false;
			default: {
				const count = input.read(server.limits.readAhead - input.length);
				return protocol.receive(input) || count > 0;
			}
		}
	}

	private send(): boolean {
		const state = this.link.sender.flush();
		// Pulling from the source may have ended the exchange.
		if (this.outcome !== ONGOING) return false;
		switch (state) {
			case IDLE:
				this.finish();
				return this.outcome === ONGOING;
			case BROKEN:
				this.link.close();
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
		const { deadline, server, input } = this.link;
		this.#completed = true;
		this.request?.finish();
		this.content?.discard();
		const unread = this.content !== undefined && !this.content.complete;
		if (this.persistent && unread) {
			this.phase = DRAINING;
			deadline.set(server.limits.contentTimeout);
		} else if (this.persistent) this.end(NEXT);
		else this.end(this.#delimited && (unread || input.pending || !this.request) ? LINGER : CLOSE);
	}

	/** Leaves the rest of the work to the next turn. Returns false, as a step does that makes no progress. */
	private pause(): false {
		this.link.defer();
		return false;
	}

	private drain(): boolean {
		const { input } = this.link;
		const verdict = this.content!.take(input);
		if (this.content!.paused) return this.pause();
		if (verdict === MORE && input.read(this.link.server.limits.readAhead) > 0) return true;
		if (verdict !== MORE || input.denied) this.end(verdict === DONE ? NEXT : CLOSE);
		return false;
	}
}
