import type { Body, BodySource } from "./body.ts";
import type { Input } from "./engine/input.ts";
import type { ConnectionLink } from "./connection-link.ts";

/**
 * What a connection goes on with after "101 Switching Protocols" (RFC 9110, 15.2.2): a body both ways.
 * What it sends is pulled from it as from any other stream, and with the end of that the connection ends.
 */
export interface UpgradedProtocol extends BodySource {
	/** The response is on its way. From now on the link's deadline is the protocol's to set. */
	open(link: ConnectionLink): void;
	/**
	 * Takes of the input what it has a use for; the rest stays, and no more than `limits.ahead` is read.
	 * Returns whether to ask again. Where `input.denied`, there is no memory for what the peer sends.
	 */
	receive(input: Input): boolean;
	/** The deadline has passed. Returns false where that ends the connection. */
	expire(): boolean;
	/** The server closes: what is pulled before this returns, as far as there is room, is the last that the peer gets. */
	shutDown(): void;
}

export function isUpgradedProtocol(body: Body): body is UpgradedProtocol {
	return typeof body === "object" && body !== null && "receive" in body;
}
