import { Account } from "./account.ts";
import { Content } from "./content.ts";
import { DONE, MORE } from "./field-section.ts";
import { frame } from "./framing.ts";
import type { Head } from "./head.ts";
import type { Host } from "./host.ts";
import { HttpError, tooManyWait, unavailable } from "./http-error.ts";
import type { Link } from "./link.ts";
import { CHUNKED } from "./message-framing.ts";
import type { Protocol } from "./protocol.ts";
import { Request } from "./request.ts";
import { Response } from "./response.ts";
import { BLOCKED, BROKEN, IDLE } from "./sender.ts";

// What becomes of the connection.
/** The exchange is not over. */
export const ONGOING = 0;
/** It is, and the connection serves another request. */
export const NEXT = 1;
/** The connection closes, but the client may still be sending, and has to get the response first. */
export const LINGER = 2;
export const CLOSE = 3;

/** Sweeps of one response that is no stream, after which its client makes room for others, however much it takes. */
const LONG = 1;

// What the exchange is doing.
/** The handler works, and may ask for the content. */
const HANDLING = 0;
/** Sends the response. */
const RESPONDING = 1;
/** Reads away the content that the handler left. */
const DRAINING = 2;
/** Has switched protocols: both sides send as they like. */
const UPGRADED = 3;

/**
 * One request and its response.
 *
 * Until the response is sent, input is read ahead up to `limits.ahead`: a socket reports that its
 * client has left only once all that it received has been read. A client that sends more than that
 * meanwhile is held back by TCP, and that it left is noticed at the next write.
 */
export class Exchange {
	readonly #link: Link;
	readonly #host: Host;
	#phase = HANDLING;
	#content: Content | undefined;
	#protocol: Protocol | undefined;
	/** The client waits for "100 Continue". */
	#awaitsContinue = false;
	/** As the client wishes; then as the response is framed. */
	#persistent = false;
	/** The client can tell where the response ends before the connection does. */
	#delimited = false;
	/** The body had nothing to send at the last look. */
	#starved = false;
	/** What that was, and how much was sent, when the deadline was set. */
	#seenStarved = false;
	#seen = 0;
	/** For so many sweeps the response has been under way. */
	#sweeps = 0;
	#completed = false;
	/** All content came along with the head. */
	#brought = false;
	/** The handler has promised a response. Until then it has the request, whether or not the client waits for it. */
	#working = false;

	readonly account: Account;
	/** Undefined where the client sent nothing that could be called one, or there was no memory for it, and is told so. */
	request: Request | undefined;
	outcome = ONGOING;

	constructor(link: Link, head?: Head) {
		this.#link = link;
		this.#host = link.host;
		this.account = new Account(link.host);
		if (!head) return;
		const { limits, memory, contentMemory } = link.host;
		this.#persistent = head.persistent;
		this.#awaitsContinue = head.expectsContinue;
		if (head.contentLength !== 0) {
			const whole = this.isWhole(head.contentLength);
			this.#content = new Content(
				head.contentLength,
				limits,
				() => this.contentWanted(),
				whole ? memory : contentMemory,
			);
		}
		this.request = new Request(head, this.#content, link, link.host);
	}

	/** Has the request handled. A handler that is no async function costs no promise. */
	handle(request: Request, contentLength: number): void {
		this.#link.deadline.clear();
		const whole = this.isWhole(contentLength);
		this.#brought = whole && contentLength > 0;
		// Asked before there is a handler's memory to lose.
		if (this.#host.strained || !this.#link.admitted() || !this.account.open(request.headers.byteLength, !whole))
			return this.refuse(unavailable());
		let result: unknown;
		try {
			result = this.#host.handle(request);
		} catch (error) {
			result = this.#host.failure(error, request);
		}
		if (!(result instanceof Promise)) return this.handled(result);
		this.#working = true;
		result.then(
			(response) => this.handled(response),
			(error) => this.handled(this.#host.failure(error, request)),
		);
		if (!this.claim()) this.dismiss(request);
	}

	/** As Link has it. */
	claim(): boolean {
		return this.account.work(this.#brought);
	}

	/** There are too many handlers at work: this one is told that its client has left, and it is as good as true. */
	private dismiss(request: Request): void {
		this.#host.strain();
		this.#content?.fail(503);
		request.leave(this.#link);
		this.refuse(tooManyWait());
	}

	/** Answers what is no request, or what there is no memory for, and closes. What came of it is not kept: nothing accounts for it. */
	refuse(error: HttpError): void {
		this.#persistent = false;
		this.respond(error.response);
		this.account.waitNoMore();
		this.request = this.#content = undefined;
	}

	/**
	 * The client is to do something, and nothing else goes on: send content that a handler waits for, or what is left when
	 * the response is sent; or take a response that is no stream.
	 */
	get awaitsClient(): boolean {
		return this.#phase === DRAINING || (this.account.waiting && this.#content!.awaited) || this.#sweeps >= LONG;
	}

	/** A response is being sent that is no stream, and there is more of it. */
	get responding(): boolean {
		return this.#phase === RESPONDING && !this.#starved && !this.account.streaming;
	}

	/** The response was sent whole. */
	get completed(): boolean {
		return this.#completed;
	}

	/** Does one thing. Returns whether it is worth asking again. */
	step(): boolean {
		switch (this.#phase) {
			case HANDLING:
				return this.awaitHandler();
			case RESPONDING:
				return this.send();
			case UPGRADED:
				return this.converse(this.#protocol!);
			default:
				return this.drain();
		}
	}

	/** Called once in every sweep, before the deadline is looked at: what was sent since then gives a response all its time anew. */
	renew(): void {
		const { deadline, sender, host } = this.#link,
			{ limits } = host;
		if (this.#phase !== RESPONDING || this.#content?.awaited) return;
		const { sent } = sender,
			starved = this.#starved,
			progress = sent - this.#seen;
		// A stream lasts as long as it likes, and has its own budgets; any other response must come to an end.
		const finite = !this.account.streaming && !starved,
			slow = finite && progress < limits.rate;
		this.#sweeps = finite ? this.#sweeps + 1 : 0;
		this.#seen = sent;
		if ((slow || progress === 0) && starved === this.#seenStarved && deadline.running) return;
		this.#seenStarved = starved;
		deadline.set(starved ? limits.silenceTimeout : limits.writeTimeout);
	}

	/** The deadline has passed. Returns false where that ends the connection. */
	expire(): boolean {
		if (this.#protocol) return this.#protocol.expire();
		const { deadline, sender } = this.#link;
		if (this.#content?.awaited) {
			deadline.clear();
			this.account.waitNoMore();
			this.#content.fail(408); // an error in the handler, which becomes the response
			return true;
		}
		if (!this.#starved || !sender.beat()) return false;
		deadline.set(this.#host.limits.writeTimeout);
		this.#link.run();
		return true;
	}

	/** Has another protocol take its leave. False where there is none. */
	shutDown(): boolean {
		this.#protocol?.shutDown();
		return this.#protocol !== undefined;
	}

	/** The client left, or the server closes. */
	close(): void {
		if (this.outcome !== ONGOING) return;
		this.end(CLOSE);
		this.#content?.fail(400);
		if (this.#phase !== DRAINING) this.request?.leave(this.#link);
	}

	private end(outcome: number): void {
		this.outcome = outcome;
		this.account.hold(0);
		this.request?.finish();
		this.#content?.release();
		if (!this.#working) {
			this.account.rest();
			this.account.forget();
		}
		if (!this.account.close(this.#link.input)) this.outcome = CLOSE;
	}

	private handled(result: unknown): void {
		const response =
			result instanceof Response
				? result
				: this.#host.failure(new TypeError("the handler returned no Response"), this.request);
		this.#working = false;
		this.account.rest();
		if (this.outcome !== ONGOING || this.#phase !== HANDLING) {
			// the client has left meanwhile, or was told that there are too many
			this.account.forget();
			return response.close(this.#link);
		}
		this.respond(response);
		this.#link.run();
	}

	private contentWanted(): void {
		const { deadline, input, sender } = this.#link;
		deadline.set(this.#host.limits.contentTimeout);
		// Needless for a client that has begun to send (RFC 9110, 10.1.1).
		if (this.#awaitsContinue && !input.pending) sender.proceed();
		this.#awaitsContinue = false;
		this.#link.run();
	}

	private awaitHandler(): boolean {
		if (this.#link.sender.flush() !== BROKEN)
			// the "100 Continue", if anything
			return this.receive();
		this.#link.close();
		return false;
	}

	/** Takes the content where somebody waits for it; else reads ahead. */
	private receive(): boolean {
		const { deadline, input, host } = this.#link;
		const content = this.#content;
		if (!content?.awaited) {
			if (this.account.streaming) this.forgetAhead();
			return input.read(host.limits.ahead - input.length) > 0;
		}
		if (content.take(input) === MORE) {
			if (input.read(host.limits.ahead) > 0) return true;
			if (!input.denied) return false;
			content.fail(503);
		}
		this.account.waitNoMore();
		deadline.clear();
		return true;
	}

	/**
	 * What comes while a stream is sent, which may never end, is no request that will be answered. A socket tells only once all
	 * of it is read that the client has left.
	 */
	private forgetAhead(): void {
		const { input, host } = this.#link;
		if (this.#content && !this.#content.complete) return;
		this.#persistent &&= input.length < host.limits.ahead;
		if (!this.#persistent) input.clear();
	}

	/** Whether content of this length came along with its head, as that of most clients does. */
	private isWhole(length: number): boolean {
		return length !== CHUNKED && length <= this.#link.input.length;
	}

	private respond(response: Response): void {
		const { deadline, sender, host } = this.#link;
		const method = this.request?.method ?? "";
		const version = this.request?.version ?? "1.1";
		try {
			// Where there are more clients than places, each has one for one request.
			const reusable =
				this.#persistent && !host.crowded && !this.#awaitsContinue && (this.#content?.disposable ?? true);
			if (response.protocol && this.#content && !this.#content.complete)
				throw new HttpError(400, "the request has content, which cannot go before another protocol");
			if (response.protocol && !this.claim()) throw tooManyWait();
			const framing = frame(response, method, version, reusable);
			if (framing.content && !this.account.hold(response.heapBytes)) throw unavailable();
			if (framing.content && framing.length === Infinity) this.account.stream(this.#link.input);
			sender.start(framing, framing.content ? (response.bytes ?? response.open(this.#link)) : undefined);
			response.close(this.#link); // a stream that HEAD does not get
			this.#persistent = framing.persistent;
			this.#delimited = framing.length !== Infinity || framing.chunked || !framing.content;
			this.#awaitsContinue = false; // too late
			this.#phase = RESPONDING;
			deadline.set(host.limits.writeTimeout);
			if (response.protocol) this.upgrade(response.protocol);
		} catch (error) {
			// a mistake of the handler: an impossible length, a stream that was sent before
			response.close(this.#link);
			this.respond(host.failure(error, this.request));
		}
	}

	private upgrade(protocol: Protocol): void {
		this.#protocol = protocol;
		this.#phase = UPGRADED;
		this.#delimited = true; // the protocol says itself where it ends
		this.#link.sender.attended = true;
		protocol.open(this.#link);
	}

	private converse(protocol: Protocol): boolean {
		const { sender, input, host } = this.#link;
		switch (sender.flush()) {
			case IDLE:
				this.finish();
				return false;
			case BROKEN:
				this.#link.close();
				return false;
			default: {
				const count = input.read(host.limits.ahead - input.length);
				return protocol.receive(input) || count > 0;
			}
		}
	}

	private send(): boolean {
		const state = this.#link.sender.flush();
		if (this.outcome !== ONGOING)
			// by the source that was asked
			return false;
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
		const { deadline, host, input } = this.#link;
		this.#completed = true;
		this.request?.finish();
		this.#content?.discard();
		const unread = this.#content !== undefined && !this.#content.complete;
		if (this.#persistent && unread) {
			this.#phase = DRAINING;
			deadline.set(host.limits.contentTimeout);
		} else if (this.#persistent) this.end(NEXT);
		else this.end(this.#delimited && (unread || input.pending || !this.request) ? LINGER : CLOSE);
	}

	private drain(): boolean {
		const { input } = this.#link;
		const verdict = this.#content!.take(input);
		if (verdict === MORE && input.read(this.#host.limits.ahead) > 0) return true;
		if (verdict !== MORE || input.denied) this.end(verdict === DONE ? NEXT : CLOSE);
		return false;
	}
}
