import type { Body, BodySource } from "./body.ts";
import type { Input } from "./engine/input.ts";
import type { ConnectionLink } from "./connection-link.ts";

/**
 * The protocol of a connection after "101 Switching Protocols" (RFC 9110, 15.2.2), or of an RTSP session: a body both ways.
 * The server pulls what it sends, as from any other stream, and the connection ends with that stream.
 */
export interface UpgradedProtocol extends BodySource {
	/** Whether it has no handler that goes on, and so needs no place of one. */
	readonly passive?: boolean;
	/** Called when the response is on its way. From now on the protocol sets the link's deadline. */
	open(link: ConnectionLink): void;
	/**
	 * Takes from the input what it can use. The rest stays, and at most `limits.readAhead` bytes are read. Returns
	 * whether to call it again. If `input.denied`, there is no memory for what the peer sends.
	 */
	receive(input: Input): boolean;
	/** Called when the deadline has passed. Returns false if that ends the connection. */
	expire(): boolean;
	/**
	 * Called when the server closes. What is pulled before this returns, as far as there is room, is the last that the
	 * peer gets.
	 */
	shutDown(): void;
}

export function isUpgradedProtocol(body: Body): body is UpgradedProtocol {
	return typeof body === "object" && body !== null && "receive" in body;
}
