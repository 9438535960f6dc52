/** How often in a row a handler must wait without a place before it counts as one that always does. */
const IN_A_ROW = 8;
/** Same, for requests that may change something: such a handler has perhaps done so when it turns out that there is no place. */
const UNSAFE_IN_A_ROW = 2;
/**
 * How often in all. Each route of a router waits once without a place, until the router knows it. If it happens more often, the
 * handler waits for some addresses before it gets to the router.
 */
const IN_ALL = 64;

/** After how many responses at once, without a wait that has been noted, what was learned about the handler is forgotten. */
const FORGOTTEN = 256;

/**
 * Learns whether the server's handler waits before it reserves a place, as an access check of a program's own around its
 * router may: for all requests, for those that change something, or for some addresses. Then a place is reserved before it is
 * called, until the handler has stopped to wait.
 */
export class WaitingMethods {
	#safe = 0;
	#unsafe = 0;
	#all = 0;
	/** Responses at once since the last wait that was noted: none is while a place is reserved before each call. */
	#calm = 0;

	/** Reports whether a request of that method has to get a place before the handler is called. */
	includes(method: string): boolean {
		return this.#all >= IN_ALL || (isSafe(method) ? this.#safe >= IN_A_ROW : this.#unsafe >= UNSAFE_IN_A_ROW);
	}

	/** Records whether the handler has waited for a request without a place. */
	note(method: string, waits: boolean): void {
		if (waits) {
			this.#all++;
			this.#calm = 0;
		} else if (++this.#calm === FORGOTTEN) this.#all = this.#calm = 0;
		if (isSafe(method)) this.#safe = waits ? this.#safe + 1 : 0;
		else this.#unsafe = waits ? this.#unsafe + 1 : 0;
	}
}

/** Reports whether requests of that method only ask for something. */
export function isSafe(method: string): boolean {
	return method === "GET" || method === "HEAD";
}
