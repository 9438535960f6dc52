/** How many causes of an error are described: a cause may have itself as its cause. */
const MAX_CAUSES = 3;

/**
 * Returns what the log says of a value that was thrown, or given to the console: an error with its stack and its causes, and
 * an object as JSON.
 */
export function describe(value: unknown): string {
	try {
		if (value instanceof Error) return describeError(value, MAX_CAUSES);
		const short = brief("", value);
		return typeof short === "object" && short !== null ? JSON.stringify(short, brief) : String(short);
	} catch (error) {
		return `an object that has no JSON: ${(error as Error).message}`;
	}
}

function describeError(error: Error, causes: number): string {
	const { cause, stack, message } = error,
		own = stack ?? message;
	if (cause === undefined || causes === 0) return own;
	return `${own}\ncaused by: ${cause instanceof Error ? describeError(cause, causes - 1) : describe(cause)}`;
}

/** Replaces what has no JSON. A frame's bytes, as numbers in text, would fill the heap. */
function brief(_name: string, value: unknown): unknown {
	if (value instanceof Error) return String(value);
	if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `${value.byteLength} bytes`;
	return value;
}
