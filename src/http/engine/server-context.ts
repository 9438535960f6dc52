import type { Budget } from "./budget.ts";
import type { Connection } from "./connection.ts";
import type { Limits } from "../limits.ts";
import type { Machine } from "../machine.ts";
import type { NewNames } from "../new-names.ts";
import type { Request } from "../request.ts";
import type { Response } from "../response.ts";
import type { ViewCache } from "./view-cache.ts";

/** What a connection needs of the server. */
export interface ServerContext {
	readonly limits: Limits;
	readonly machine: Machine;
	/** What JSON members without a list of names may add to the machine's. */
	readonly newNames: NewNames;
	/** For heads, and what is sent ahead. */
	readonly headMemory: Budget;
	/** For content. */
	readonly contentMemory: Budget;
	/** For all that streams hold. */
	readonly streamMemory: Budget;
	/** For responses that their clients have not taken yet. */
	readonly responseMemory: Budget;
	/** How many may wait for content. */
	readonly contentWaiters: Budget;
	/** Of the machine's, for streams and handlers at work. */
	readonly slots: Budget;
	/** How many streams there may be. */
	readonly streams: Budget;
	/** On what is being sent. */
	readonly views: ViewCache;
	handle(request: Request): Response | Promise<Response>;
	/** Since the last sweep a client found no place. */
	readonly crowded: boolean;
	/** How much is held against an address. */
	suspicion(address: string | undefined): number;
	/** The response to an error. What the client must not see goes to the log. */
	errorResponse(error: unknown, request: Request | undefined): Response;
	/** An error that comes too late for a response: to the log. */
	report(error: unknown, request: Request | undefined): void;
	/** A handler too many went to work in this turn, and lets go of its memory at the end of it: another would be one more. */
	readonly overloaded: boolean;
	markOverloaded(): void;
	/**
	 * Whether so many slots and bytes of the heap are free. Where they are not, connections are closed: those that have not
	 * asked for anything, those that are idle, those that are slow, streams whose clients do not take what they are sent; for
	 * a client that is known to be the owner, any streams.
	 */
	hasMemory(slots: number, bytes: number, asker?: Connection): boolean;
	/** As `Places.abortHolder`. */
	abortLongestHeld(sender: Connection): boolean;
	/** As `Places.relieve`. */
	abortSlowest(memory: number): boolean;
	/** Numbers in the order in which they are asked for. */
	nextOrder(): number;
	connectionEnded(connection: Connection): void;
}
