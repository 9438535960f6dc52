/**
 * What a handler throws to close the connection with a code of its own (RFC 6455, 7.4). Its reason goes to
 * the peer; that of any other error does not.
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
