import type { Request } from "./request.ts";
import type { Response } from "./response.ts";

/**
 * Answers a request. It may take as long as it likes, and everything else goes on. A handler that can answer at once
 * need not be async, and then costs no promise.
 */
export type Handler = (request: Request) => Response | Promise<Response>;

/** An object that answers requests, such as a Router or an App. */
export interface HandlerObject {
	handle: Handler;
	/**
	 * Returns how much is held against an address, 0 for nothing. Of two addresses, the one with more makes room for
	 * the other.
	 */
	suspicion?(address: string | undefined): number;
}
