/**
 * - "address": a URL that is none, or a name that has no address.
 * - "connect": no connection: refused, unreachable, no socket left.
 * - "timeout": one of the limits' times is over; the message says which.
 * - "closed": the server closed the connection before its response was whole.
 * - "malformed", "too large": a response that is no HTTP, or larger than the limits.
 * - "body": the request's own body failed.
 * - "busy": the client has a request under way.
 * - "aborted": the client was closed.
 */
export type ClientErrorReason =
	| "address"
	| "connect"
	| "timeout"
	| "closed"
	| "malformed"
	| "too large"
	| "body"
	| "busy"
	| "aborted";

/** Why there is no response. Responses of every status are none of these. */
export class ClientError extends Error {
	readonly reason: ClientErrorReason;

	constructor(reason: ClientErrorReason, message: string) {
		super(message);
		this.reason = reason;
	}
}

/** What an error says, whatever was thrown. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
