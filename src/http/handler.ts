import type { Request } from "./request.ts";
import type { Response } from "./response.ts";

/**
 * What answers a request. It may take as long as it likes: meanwhile everything else goes on. One that
 * can answer at once need not be async, and then costs no promise.
 */
export type Handler = (request: Request) => Response | Promise<Response>;

/** An object that answers requests, such as a Router or an App. */
export interface HandlerObject {
	handle: Handler;
	/** How much is held against an address, 0 for nothing: of two, the one with more makes room for the other. */
	suspicion?(address: string | undefined): number;
}
