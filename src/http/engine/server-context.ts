import type { Budget } from "./budget.ts";
import type { HandlerPlaces } from "./handler-places.ts";
import type { Leftovers } from "./leftovers.ts";
import type { LinkContext } from "../connection-link.ts";
import type { HookQueue } from "./hook-queue.ts";
import type { Occupant } from "./occupant.ts";
import type { Request } from "../request.ts";
import type { Response } from "../response.ts";
import type { RoomMaker } from "./room-maker.ts";
import type { ViewCache } from "./view-cache.ts";
import type { WaitingMethods } from "./waiting-methods.ts";

/** What a connection needs from the server. */
export interface ServerContext extends LinkContext {
	/** Bytes for heads, and for what is sent ahead. */
	readonly headMemory: Budget;
	/** Bytes for content. */
	readonly contentMemory: Budget;
	/** Bytes for responses that their clients have not taken yet. */
	readonly responseMemory: Budget;
	/** How many requests may wait for content. */
	readonly contentWaiters: Budget;
	/** The machine's slots for streams and handlers at work. */
	readonly slots: Budget;
	/** The places of handlers at work, within those slots. */
	readonly handlers: HandlerPlaces;
	/** How many streams there may be. */
	readonly streams: Budget;
	/** What goes on of streams whose clients have disconnected. */
	readonly leftovers: Leftovers;
	/** The shared view of what is being sent. */
	readonly views: ViewCache;
	handle(request: Request): Response | Promise<Response>;
	/** Whether the handler waits before it has reserved a place. */
	readonly waiting: WaitingMethods;
	/** Whether a client found no place since the last sweep. */
	readonly crowded: boolean;
	/** Returns how many sockets the machine has left; undefined if that is unknown. */
	socketsLeft(): number | undefined;
	/** How much is held against an address. */
	suspicion(address: string | undefined): number;
	/** Returns the response to an error. What the client must not see goes to the log. */
	errorResponse(error: unknown, request: Request | undefined): Response;
	/**
	 * Whether one handler too many went to work in this turn. It frees its memory at the end of the turn, so another
	 * would be one more.
	 */
	readonly overloaded: boolean;
	markOverloaded(): void;
	/** Calls what programs want to be called when connections end. */
	readonly hooks: HookQueue;
	/** Which connections make room for what else is needed. */
	readonly room: RoomMaker;
	/** Returns numbers in the order in which they are asked for. */
	nextOrder(): number;
	connectionEnded(connection: Occupant): void;
	/**
	 * Counts a connection that has got its last response, a 503, among those that are refused. Returns false if it has to be
	 * closed at once: a reset may overtake that response then, if its client still sends.
	 */
	keepRefused(connection: Occupant): boolean;
}
