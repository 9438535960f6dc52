import { HttpError } from "yieldcam/http/http-error";
import type { Bytes } from "yieldcam/http/io";
import type { Request } from "yieldcam/http/request";
import { Response } from "yieldcam/http/response";
import { NORMAL } from "./close-code.ts";
import { acceptOf, commonSubprotocol, handshakeKey } from "./handshake.ts";
import { DEFAULT_WEB_SOCKET_LIMITS, type WebSocketLimits } from "./limits.ts";
import type { Message } from "./message.ts";
import { isSameHost } from "yieldcam/http/syntax/origin";
import { Session } from "./session.ts";

export interface WebSocketOptions {
	/** Subprotocols that the handler speaks, the best first (RFC 6455, 1.9). */
	readonly protocols?: readonly string[];
	/**
	 * Decides about the pages of other hosts, by their origin, such as "https://home.example"; they are all
	 * refused unless told. Programs that are no browsers name no origin, and are not asked about.
	 */
	readonly allowOrigin?: (origin: string) => boolean;
	readonly limits?: Partial<WebSocketLimits>;
}

/** One client's connection: an async iterable of what it sends, and a way to answer. */
export class WebSocket implements AsyncIterable<Message> {
	readonly #session: Session;
	/** The subprotocol that both speak; "" for none. */
	readonly protocol: string;

	constructor(session: Session, protocol: string) {
		this.#session = session;
		this.protocol = protocol;
	}

	/** Bytes that were given to `send` and that the socket has not taken. Where it is 0, what is sent goes out now. */
	get bufferedAmount(): number {
		return this.#session.bufferedAmount;
	}

	/** What the connection was closed with, once it was: the peer's code, or ours; 1005 for none, 1006 where it broke off. */
	get closeCode(): number | undefined {
		return this.#session.closeCode;
	}

	get closeReason(): string {
		return this.#session.closeReason;
	}

	/**
	 * Sends text, or bytes, of which there may be a driver's: they go out from where they are, and are only
	 * lent, until the promise is settled. It resolves when the socket has taken the message whole, and rejects
	 * with a WebSocketError where the connection closes before.
	 *
	 * Whoever waits for it before the next message never sends faster than the peer reads. Whoever does not
	 * wait, and lets more than `limits.queue` come together, has the connection closed (1013).
	 */
	send(data: string | Bytes): Promise<void> {
		return this.#session.send(data);
	}

	/**
	 * Closes, once what was given to `send` is sent. The loop over the messages ends at once. Throws a
	 * RangeError for a code that must not be sent, and for a reason of more than 123 bytes.
	 */
	close(code: number = NORMAL, reason = ""): void {
		this.#session.leave(code, reason);
	}

	/**
	 * The messages, one after the other: the next one is read when it is asked for, and meanwhile TCP holds
	 * the peer back. Ends when the connection closes, or breaks off; `closeCode` tells which. A loop that
	 * is left may be followed by another.
	 */
	[Symbol.asyncIterator](): AsyncIterator<Message> {
		return { next: () => this.#session.next() };
	}
}

/**
 * Answers a request by a WebSocket (RFC 6455). The connection lasts as long as the handler runs: what it
 * returns closes it (1000); a WebSocketError closes it with its code, any other error with 1011.
 *
 * Throws an HttpError where the request is no handshake, or is that of another host's page.
 *
 * @example
 * router.get("/drive", (request) => webSocket(request, async (socket) => {
 * 	try {
 * 		for await (const message of socket)
 * 			robot.drive(message.json(["forward", "turn"]));
 * 	}
 * 	finally {
 * 		robot.stop(); // whoever drove it has left, or sent nonsense
 * 	}
 * }));
 */
export function webSocket(
	request: Request,
	handler: (socket: WebSocket) => Promise<void>,
	options: WebSocketOptions = {},
): Response {
	const { protocols = [], allowOrigin = () => false, limits } = options;
	const key = handshakeKey(request);
	const origin = request.headers.get("origin");
	if (origin !== undefined && !isSameHost(origin, request.host) && !allowOrigin(origin))
		throw new HttpError(403, "not for pages of other hosts");
	const protocol = commonSubprotocol(request.headers.get("sec-websocket-protocol"), protocols);
	const session = new Session(request, { ...DEFAULT_WEB_SOCKET_LIMITS, ...limits }, () =>
		handler(new WebSocket(session, protocol ?? "")),
	);
	const headers = {
		Upgrade: "websocket",
		"Sec-WebSocket-Accept": acceptOf(key),
		...(protocol !== undefined && { "Sec-WebSocket-Protocol": protocol }),
	};
	return new Response(session, { status: 101, headers });
}
