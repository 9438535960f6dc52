/**
 * Closes the connection with a code of the handler's choice if the handler throws it (RFC 6455, 7.4). The peer
 * receives its reason; the messages of other errors are not sent.
 *
 * @example
 * throw new WebSocketError(4001, "the robot is asleep");
 */
export class WebSocketError extends Error {
	readonly code: number;

	constructor(code: number, reason = "") {
		super(reason);
		this.code = code;
	}
}
