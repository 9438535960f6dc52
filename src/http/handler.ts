import type { Request } from "./request.ts";
import type { Response } from "./response.ts";

/**
 * What answers a request. It may take as long as it likes: meanwhile everything else goes on. One that
 * can answer at once need not be async, and then costs no promise.
 */
export type Handler = (request: Request) => Response | Promise<Response>;
