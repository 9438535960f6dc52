/**
 * Limits and timeouts of a WebSocket, in addition to those of the server: the default, the reason for it, and (after
 * the arrow) the code that closes the connection beyond it. Sizes are in bytes, times in milliseconds.
 */
export const DEFAULT_WEB_SOCKET_LIMITS = Object.freeze({
	/**
	 * → 1009. A message from the peer, in any number of frames. Commands are short, and four connections with the
	 * longest message each are within what the server spends on all clients (`streamMemory` of its limits).
	 */
	message: 4_096,
	/**
	 * → 1013. What waits behind the message that is being sent; each message counts 64 bytes extra for its bookkeeping.
	 * A handler that awaits `send` never comes near. One that does not, and whose peer does not read, would fill the
	 * heap.
	 */
	queue: 8_192,
	/**
	 * → Ping. The peer's silence: a phone that left the network says nothing, and the robot that it drove drives on.
	 * → closed. Time without progress while the peer does not take output.
	 * → 1008. Time from the beginning of a message to its end.
	 * The last two are checked when this time has passed, so they may last twice as long.
	 */
	keepalive: 15_000,
	/** → closed. The peer's time to answer our Ping. */
	pongTimeout: 10_000,
	/** → closed. The peer's time to take what is left to send, and to answer our Close. */
	closeTimeout: 10_000,
});

export type WebSocketLimits = { readonly [Name in keyof typeof DEFAULT_WEB_SOCKET_LIMITS]: number };
