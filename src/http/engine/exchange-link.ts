import type { ConnectionLink } from "../connection-link.ts";
import type { RequestLink } from "../request.ts";
import type { HookRunner } from "./hook-queue.ts";
import type { ShareHolder } from "./occupant.ts";
import type { ServerContext } from "./server-context.ts";

/** What an exchange needs from its connection. */
export interface ExchangeLink extends ConnectionLink, RequestLink, ShareHolder, HookRunner {
	readonly server: ServerContext;
	readonly remoteAddress: string | undefined;
	/** Leaves the rest of the work to the next turn. */
	defer(): void;
	/** Ensures that the heap has room for a request to be handled, and at least `bytes`. Returns false if it has not. */
	freeRequestMemory(bytes: number): boolean;
}
