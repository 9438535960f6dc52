/** Returns what a log says of a value that was thrown, or given to the console: an error with its stack. */
export function describe(value: unknown): string {
	return value instanceof Error ? (value.stack ?? value.message) : String(value);
}
