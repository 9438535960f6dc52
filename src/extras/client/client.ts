import Timer from "timer";
import type { Body } from "yieldcam/http/body";
import type { HeadersInit } from "yieldcam/http/headers";
import type { ConnectIO } from "yieldcam/http/io";
import { isIPv4 } from "yieldcam/http/syntax/ip-address";
import { ClientError, messageOf } from "./client-error.ts";
import type { ClientResponse } from "./client-response.ts";
import { Connection } from "./connection.ts";
import { type ClientLimits, DEFAULT_CLIENT_LIMITS } from "./limits.ts";
import { OutgoingRequest } from "./outgoing-request.ts";
import { type HttpUrl, parseUrl } from "./url.ts";

/** Resolves to a host's IPv4 address. Rejects if the host has none. */
export type Resolve = (host: string) => Promise<string>;

export interface ClientOptions {
	/** An ECMA-419 TCP class, such as that of "embedded:io/socket/tcp". */
	readonly io: ConnectIO;
	/** "http://host:port". The rest of the URL is ignored. */
	readonly url: string;
	/** Finds the address of a host that is given by name. */
	readonly resolve?: Resolve | undefined;
	readonly limits?: Partial<ClientLimits> | undefined;
}

export interface RequestOptions {
	readonly headers?: HeadersInit | undefined;
	/** Same types as in a response: text, bytes, or a stream of blocks. */
	readonly body?: Body;
}

/**
 * An HTTP/1.1 client for one server. It sends one request at a time, over a connection that it keeps as long as the
 * server does.
 *
 * A server may close an idle connection at the very moment at which it is used again. The client then sends the
 * request once more, over a new connection, if that is safe: if nothing of it was sent, or if its method is
 * idempotent (RFC 9112, 9.3.1). A POST that was sent in part fails, because the server may have acted on it. So does
 * a stream that has begun.
 *
 * @example
 * const client = new Client({ io: TCP, url: "http://192.168.1.10:8000" });
 * const response = await client.request("GET", "/time");
 * trace(`${response.status} ${response.text()}\n`);
 */
export class Client {
	readonly #io: ConnectIO;
	readonly #url: HttpUrl;
	readonly #resolve: Resolve | undefined;
	readonly #limits: ClientLimits;
	#connection: Connection | undefined;
	/** A connection is being made, or a request is in progress. */
	#busy = false;
	/** Set if the client was closed during the current request. */
	#aborted: ClientError | undefined;
	#abort: ((error: ClientError) => void) | undefined;

	/** Throws a ClientError if the URL is invalid. */
	constructor(options: ClientOptions) {
		this.#io = options.io;
		this.#url = parseUrl(options.url);
		this.#resolve = options.resolve;
		this.#limits = { ...DEFAULT_CLIENT_LIMITS, ...options.limits };
	}

	/** Reports whether there is a connection. */
	get connected(): boolean {
		return this.#connection?.open ?? false;
	}

	/** Connects in advance, if there is no connection. Rejects with a ClientError. */
	connect(): Promise<void> {
		return this.alone(async () => {
			await this.open();
		});
	}

	/**
	 * Sends a request. Resolves to the response, regardless of its status. Rejects with a ClientError if there is no
	 * response, and with a TypeError if the request is invalid. Closes the body in any case.
	 *
	 * @param target Path and query, percent-encoded.
	 */
	async request(
		method: string,
		target: string,
		{ headers, body = null }: RequestOptions = {},
	): Promise<ClientResponse> {
		const request = new OutgoingRequest(method, target, body, headers);
		try {
			return await this.alone(() => this.send(request));
		} finally {
			request.close(NO_REPORTER);
		}
	}

	/** Closes the connection. A request in progress rejects with a ClientError; the next request connects again. */
	close(): void {
		const error = new ClientError("aborted", "the client was closed");
		this.#aborted = error;
		this.#abort?.(error);
		this.#connection?.close(error);
	}

	private async alone<T>(work: () => Promise<T>): Promise<T> {
		if (this.#busy) throw new ClientError("busy", "the client is busy; await each request before the next");
		this.#busy = true;
		this.#aborted = undefined;
		try {
			return await work();
		} finally {
			this.#busy = false;
		}
	}

	private async send(request: OutgoingRequest): Promise<ClientResponse> {
		const connection = await this.open();
		try {
			return await connection.exchange(request);
		} catch (error) {
			if (!this.mayRepeat(request, connection, error)) throw error;
		}
		return (await this.open()).exchange(request);
	}

	private mayRepeat(request: OutgoingRequest, connection: Connection, error: unknown): boolean {
		return (
			error instanceof ClientError &&
			error.reason === "closed" &&
			!connection.answered &&
			connection.exchanges > 0 &&
			request.sendable &&
			(request.idempotent || !connection.sent)
		);
	}

	private async open(): Promise<Connection> {
		if (this.#connection?.idle) return this.#connection;
		const { host, port, authority } = this.#url;
		const address = isIPv4(host) ? host : await this.address(host);
		if (this.#aborted) throw this.#aborted;
		let connection;
		try {
			connection = new Connection(this.#io, address, port, authority, this.#limits);
		} catch (error) {
			throw new ClientError("connect", `${authority}: cannot connect: ${messageOf(error)}`);
		}
		this.#connection = connection;
		await connection.opened;
		return connection;
	}

	private async address(host: string): Promise<string> {
		const { resolveTimeout } = this.#limits;
		const resolve = this.#resolve;
		if (!resolve)
			throw new ClientError("address", `"${host}" is not an IPv4 address, and there is no resolver for names`);
		let timer: Timer | undefined;
		try {
			return await new Promise<string>((resolved, reject) => {
				this.#abort = reject;
				timer = Timer.set(
					() =>
						reject(new ClientError("timeout", `"${host}": no address within ${resolveTimeout / 1_000} s`)),
					resolveTimeout,
				);
				(async () => resolve(host))().then(resolved, (error) =>
					reject(new ClientError("address", `"${host}": ${messageOf(error)}`)),
				);
			});
		} finally {
			this.#abort = undefined;
			Timer.clear(timer);
		}
	}
}

/** A body that was never sent has nowhere to report errors to. */
const NO_REPORTER = Object.freeze({ report() {} });
