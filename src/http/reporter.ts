/** Receives errors that nobody waits for, for the log. */
export interface Reporter {
	report(error: unknown): void;
}
