/** Marks a promise's rejection as handled: its caller may ignore it, and that must not become an unhandled rejection. */
export function handled<Value>(promise: Promise<Value>): Promise<Value> {
	promise.catch(noop);
	return promise;
}

function noop(): void {}
