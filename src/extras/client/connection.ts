import Timer from "timer";
import { discard } from "yieldcam/http/engine/discard";
import { Deadline } from "yieldcam/http/engine/deadline";
import { DONE, MORE } from "yieldcam/http/syntax/field-section";
import { callHook } from "yieldcam/http/engine/hook-queue";
import { Input } from "yieldcam/http/engine/input";
import type { ConnectIO, Socket } from "yieldcam/http/io";
import { BLOCKED, BROKEN, IDLE as SENT, Sender } from "yieldcam/http/engine/sender";
import { RunLoop } from "yieldcam/http/engine/run-loop";
import { ViewCache } from "yieldcam/http/engine/view-cache";
import { ClientError, messageOf } from "./client-error.ts";
import type { ClientResponse } from "./client-response.ts";
import { keepAlive } from "./keep-alive.ts";
import type { ClientLimits } from "./limits.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";
import { faultOf, ResponseReader } from "./response-reader.ts";

// What the connection is doing.
const CONNECTING = 0;
/** Waits for a request. */
const IDLE = 1;
/** Sends a request and receives its response, which may come before the request is sent completely. */
const EXCHANGING = 2;
const CLOSED = 3;

/**
 * One connection to a server, for one request after the other. No callback of the socket throws: every failure ends
 * the connection and rejects the pending promise.
 */
export class Connection extends RunLoop {
	readonly #limits: ClientLimits;
	/** The server's authority, for messages. */
	readonly #authority: string;
	readonly #socket: Socket;
	readonly #input: Input;
	readonly #sender: Sender;
	readonly #deadline: Deadline;
	readonly #timer: Timer;
	#phase = CONNECTING;
	/** The sender's last report of what is left to send of the request. */
	#sending = SENT;
	#reader: ResponseReader | undefined;
	#sentBefore = 0;
	#bodyError: unknown;
	/** Why the connection is closed. */
	#end: ClientError | undefined;
	#resolve: (value: never) => void = noop;
	#reject: (error: ClientError) => void = noop;

	/** Settles once the connection is made or has failed. */
	readonly opened: Promise<void>;
	/** Number of complete responses. */
	exchanges = 0;
	/** After close: whether the server may have received any of the last request. */
	sent = false;
	/** After close: whether any of its response had arrived. */
	answered = false;

	/** Throws the socket class's error if there is no socket, or no route to the address. */
	constructor(io: ConnectIO, address: string, port: number, authority: string, limits: ClientLimits) {
		super();
		this.#limits = limits;
		this.#authority = authority;
		this.#socket = new io({
			address,
			port,
			format: "buffer",
			// The end of a frame must not wait until the server acknowledges what came before it.
			nodelay: true,
			onReadable: (count) => {
				this.#input.readable(count);
				this.run();
			},
			onWritable: (count) => {
				this.#sender.writable(count);
				if (this.#phase === CONNECTING) this.connected();
				this.run();
			},
			onError: () => this.lost(),
		});
		this.#input = new Input(this.#socket);
		this.#sender = new Sender(this.#socket, new ViewCache(limits.writeQuantum), this);
		this.#deadline = new Deadline(limits.sweepInterval);
		this.#deadline.set(limits.connectTimeout);
		this.#timer = Timer.repeat(() => {
			if (this.#deadline.tick()) this.expire();
		}, limits.sweepInterval);
		this.opened = this.promise<void>();
	}

	/** Reports whether the connection waits for a request. */
	get idle(): boolean {
		return this.#phase === IDLE;
	}

	get open(): boolean {
		return this.#phase === IDLE || this.#phase === EXCHANGING;
	}

	/** Sends a request over an idle connection. Resolves to the response. Rejects with a ClientError. */
	exchange(request: OutgoingRequest): Promise<ClientResponse> {
		if (this.#end)
			// closed while it was idle
			return Promise.reject(this.#end);
		const framing = request.encodeHead(this.#authority);
		const response = this.promise<ClientResponse>();
		this.#phase = EXCHANGING;
		this.#reader = new ResponseReader(request.method, this.#limits);
		this.#sentBefore = this.#sender.sent;
		this.#sending = BLOCKED;
		this.#deadline.set(this.#limits.writeTimeout);
		const { bytes } = request;
		try {
			this.#sender.start(framing, bytes ? (bytes.byteLength > 0 ? bytes : undefined) : request.open(this));
		} catch (error) {
			// the body's iterator could not be created
			this.report(error);
			this.failBody();
		}
		this.run();
		return response;
	}

	/**
	 * Closes the connection. A request in progress fails with this error.
	 *
	 * @param reset Discard unsent data: otherwise the socket would wait for a server that does not close.
	 */
	close(error: ClientError, reset = false): void {
		if (this.#end) return;
		this.#end = error;
		this.#phase = CLOSED;
		this.sent = this.#sender.sent > this.#sentBefore;
		this.answered = this.#reader?.started ?? false;
		Timer.clear(this.#timer);
		discard(this.#socket, reset);
		this.#input.clear();
		this.#sender.close();
		this.#reader = undefined;
		this.#reject(error);
	}

	runHook(hook: () => void): void {
		callHook(hook, this);
	}

	/** A client has few connections, and the program knows what it sends over them. */
	freeMemory(): boolean {
		return true;
	}

	abort(): void {
		this.failBody();
	}

	/** Records that the request's body failed. */
	report(error: unknown): void {
		this.#bodyError ??= error;
	}

	private promise<T>(): Promise<T> {
		return new Promise<T>((resolve, reject) => {
			this.#resolve = resolve;
			this.#reject = reject;
		});
	}

	private connected(): void {
		this.#phase = IDLE;
		this.#deadline.set(this.#limits.idleTimeout);
		this.#resolve(undefined as never);
	}

	private fail(reason: ClientError["reason"], text: string): void {
		this.close(new ClientError(reason, `${this.#authority}: ${text}`));
	}

	private failBody(): void {
		this.fail("body", `the body of the request: ${messageOf(this.#bodyError)}`);
	}

	/** Handles the end of the connection: the server closed it, or it was lost. */
	private lost(): void {
		const reader = this.#reader;
		if (this.#phase === CONNECTING) this.fail("connect", "cannot connect: refused or unreachable");
		else if (reader?.end()) this.finish(reader);
		else
			this.fail(
				"closed",
				reader?.started ? "the connection ended within the response" : "the connection ended before a response",
			);
	}

	private expire(): void {
		const { connectTimeout, headTimeout, contentTimeout, writeTimeout } = this.#limits;
		if (this.#phase === IDLE) this.fail("closed", "the connection was idle for too long");
		else if (this.#phase === CONNECTING) this.fail("timeout", `no connection within ${connectTimeout / 1_000} s`);
		else if (this.#reader!.headed)
			this.fail("timeout", `the content of the response did not arrive within ${contentTimeout / 1_000} s`);
		else if (this.#sending === SENT) this.fail("timeout", `no response within ${headTimeout / 1_000} s`);
		else this.fail("timeout", `the server accepted nothing of the request for ${writeTimeout / 1_000} s`);
	}

	protected override step(): boolean {
		if (this.#phase === EXCHANGING) return this.send() && this.receive(this.#reader!);
		// Unsolicited data, such as a 408, does not answer a request, and the server is about to close. A server that
		// has no room sends a 503 as soon as it accepts; that one is the response to the first request.
		if (this.#phase === IDLE && this.exchanges > 0 && this.#input.pending)
			this.fail("closed", "the server sent data before a request");
		return false;
	}

	/** Sends what the socket takes. Returns whether the connection is still open. */
	private send(): boolean {
		if (this.#sending === SENT || this.#sending === BROKEN) return true;
		const { sent } = this.#sender;
		const outcome = (this.#sending = this.#sender.flush());
		if (outcome === BROKEN) {
			if (this.#bodyError !== undefined) {
				this.failBody();
				return false;
			}
			// The socket has failed. A response may have arrived before that; `onError` follows it.
			this.#sender.close();
		}
		if (this.#reader!.headed) return true;
		if (outcome === SENT || outcome === BROKEN) this.#deadline.set(this.#limits.headTimeout);
		else if (outcome !== BLOCKED)
			// the body's source may be slow
			this.#deadline.clear();
		else if (this.#sender.sent > sent || !this.#deadline.running) this.#deadline.set(this.#limits.writeTimeout);
		return true;
	}

	private receive(reader: ResponseReader): boolean {
		const { headed } = reader;
		const verdict = reader.read(this.#input);
		if (reader.paused) {
			this.defer();
			return false;
		}
		if (verdict === DONE) this.finish(reader);
		else if (verdict !== MORE) {
			const { reason, text } = faultOf(verdict, this.#limits);
			this.fail(reason, text);
		} else {
			if (reader.headed && !headed) this.#deadline.set(this.#limits.contentTimeout);
			return this.#input.read(this.#limits.readAhead) > 0;
		}
		return false;
	}

	/**
	 * A response that comes before the request is sent completely means that the server does not want the rest (RFC
	 * 9112, 9.6).
	 */
	private finish(reader: ResponseReader): void {
		const resolve = this.#resolve as (response: ClientResponse) => void;
		const { response } = reader;
		const idle = Math.min(
			keepAlive(response.headers.get("keep-alive")) ?? this.#limits.idleTimeout,
			this.#limits.maxIdle,
		);
		const reusable = this.#sending === SENT && reader.persistent && !this.#input.pending && idle > 0;
		this.#resolve = this.#reject = noop;
		this.#reader = undefined;
		this.exchanges++;
		if (reusable) {
			this.#phase = IDLE;
			this.#deadline.set(idle);
		} else this.close(new ClientError("closed", `${this.#authority}: the connection ended with a response`), true);
		resolve(response);
	}
}

function noop(): void {}
