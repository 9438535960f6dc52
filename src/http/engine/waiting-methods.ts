/** How often in a row a handler must wait without a place before it counts as one that always does. */
const ALWAYS = 8;
/** Same, for requests that may change something: such a handler has perhaps done so when it turns out that there is no place. */
const ALWAYS_UNSAFE = 2;

/**
 * Learns whether the server's handler waits before it reserves a place, as an access check of a program's own around its
 * router may: for all requests, or only for those that change something. Then a place is reserved before it is called.
 */
export class WaitingMethods {
	#safe = 0;
	#unsafe = 0;

	/** Reports whether a request of that method has to get a place before the handler is called. */
	includes(method: string): boolean {
		return isSafe(method) ? this.#safe >= ALWAYS : this.#unsafe >= ALWAYS_UNSAFE;
	}

	/** Records whether the handler has waited for a request without a place. */
	note(method: string, waits: boolean): void {
		if (isSafe(method)) this.#safe = waits ? this.#safe + 1 : 0;
		else this.#unsafe = waits ? this.#unsafe + 1 : 0;
	}
}

function isSafe(method: string): boolean {
	return method === "GET" || method === "HEAD";
}
