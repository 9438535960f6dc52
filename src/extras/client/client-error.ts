/**
 * Why a request failed:
 * - "address": the URL is invalid, or the name has no address.
 * - "connect": no connection: refused, unreachable, or no socket left.
 * - "timeout": one of the limits' times has passed; the message says which.
 * - "closed": the server closed the connection before its response was complete.
 * - "malformed", "too large": the response is not HTTP, or exceeds the limits.
 * - "body": the request's own body failed.
 * - "busy": the client already has a request in progress.
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

/** Reports why there is no response. A response is never an error, regardless of its status. */
export class ClientError extends Error {
	readonly reason: ClientErrorReason;

	constructor(reason: ClientErrorReason, message: string) {
		super(message);
		this.reason = reason;
	}
}

/** Returns the message of anything that was thrown. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
