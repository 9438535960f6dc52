/** An operation was given up because its client has disconnected. Servers do not log it, as a client could fill the log. */
export class AbortError extends Error {
	override get name(): string {
		return "AbortError";
	}
}
