/**
 * Limits and timeouts of a WebSocket, beside those of the server: the default, the reason, and the code that
 * the connection is closed with beyond it. Sizes are bytes, times milliseconds.
 */
export const DEFAULT_WEB_SOCKET_LIMITS = Object.freeze({
	/**
	 * → 1009. A message from the peer, in however many frames. Commands are short, and four connections with
	 * the longest, one each, are within what the server spends on all clients (`memory` of its own limits).
	 */
	message: 4_096,
	/**
	 * → 1013. What waits to be sent behind the message that is being sent, each message counted with 64 bytes
	 * for what keeps it. Who awaits `send` never comes near; who does not, and whose peer does not read, would
	 * fill the heap.
	 */
	queue: 8_192,
	/**
	 * → Ping. The peer's silence: a phone that left the network says no word, and what it drove drives on.
	 * → closed. Output that the peer does not take: the time without any progress.
	 * → 1008. A message that has begun, to its end.
	 * The last two are looked at when this time is over, and may last for two of it.
	 */
	keepalive: 15_000,
	/** → closed. The peer's time to answer our Ping. */
	pongTimeout: 10_000,
	/** → closed. The peer's time to take what is left to be sent, and to answer our Close. */
	closeTimeout: 10_000,
});

export type WebSocketLimits = { readonly [Name in keyof typeof DEFAULT_WEB_SOCKET_LIMITS]: number };
