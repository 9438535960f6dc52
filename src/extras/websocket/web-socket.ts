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
	 * Decides whether pages of other hosts may connect, by their origin, such as "https://home.example". Default: none
	 * may. Programs other than browsers send no origin, and are always allowed.
	 */
	readonly allowOrigin?: (origin: string) => boolean;
	readonly limits?: Partial<WebSocketLimits>;
}

/** A client's connection: an async iterable of the client's messages, with methods to send and to close. */
export class WebSocket implements AsyncIterable<Message> {
	readonly #session: Session;
	/** The negotiated subprotocol; "" if there is none. */
	readonly protocol: string;

	constructor(session: Session, protocol: string) {
		this.#session = session;
		this.protocol = protocol;
	}

	/** Bytes passed to `send` that the socket has not taken. If it is 0, the next message goes out at once. */
	get bufferedAmount(): number {
		return this.#session.bufferedAmount;
	}

	/**
	 * The code that the connection was closed with, after it closed: the peer's or ours; 1005 for none, 1006 if it
	 * broke off.
	 */
	get closeCode(): number | undefined {
		return this.#session.closeCode;
	}

	/** The reason that was sent with the code; "" if there was none. */
	get closeReason(): string {
		return this.#session.closeReason;
	}

	/**
	 * Sends a text or binary message. Bytes are borrowed, not copied, and may be a driver's; do not change them until
	 * the promise settles. It resolves when the socket has taken the whole message, and rejects with a WebSocketError
	 * if the connection closes first.
	 *
	 * A handler that awaits `send` before it reads the next message never sends faster than the peer reads. If it does
	 * not, and more than `limits.queue` bytes are waiting, the connection closes (1013).
	 */
	send(data: string | Bytes): Promise<void> {
		return this.#session.send(data);
	}

	/**
	 * Closes the connection after what was passed to `send` has been sent. The loop over the messages ends at once.
	 * Throws a RangeError for a code that must not be sent, and for a reason of more than 123 bytes.
	 */
	close(code: number = NORMAL, reason = ""): void {
		this.#session.leave(code, reason);
	}

	/**
	 * Iterates over the messages. Each is read when the loop asks for it; until then TCP holds the peer back. The
	 * iteration ends when the connection closes or breaks off; `closeCode` tells which. After a `break`, another loop
	 * can continue.
	 */
	[Symbol.asyncIterator](): AsyncIterator<Message> {
		return { next: () => this.#session.next() };
	}
}

/**
 * Answers a request with a WebSocket (RFC 6455). The connection lasts as long as the handler runs. It closes with 1000
 * when the handler returns, with the error's code if it throws a WebSocketError, and with 1011 for any other error.
 *
 * Throws an HttpError if the request is not a handshake, or comes from another host's page that is not allowed.
 *
 * @example
 * router.get("/drive", (request) => webSocket(request, async (socket) => {
 * 	try {
 * 		for await (const message of socket)
 * 			robot.drive(message.json(["forward", "turn"]), socket);
 * 	}
 * 	finally {
 * 		robot.leave(socket); // stops if the last command was this socket's
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
	const session: Session = new Session(request, { ...DEFAULT_WEB_SOCKET_LIMITS, ...limits }, () =>
		handler(new WebSocket(session, protocol ?? "")),
	);
	const headers = {
		Upgrade: "websocket",
		"Sec-WebSocket-Accept": acceptOf(key),
		...(protocol !== undefined && { "Sec-WebSocket-Protocol": protocol }),
	};
	return new Response(session, { status: 101, headers });
}
