import type { BodyOwner } from "./body.ts";
import type { Deadline } from "./engine/deadline.ts";
import type { ServerContext } from "./engine/server-context.ts";
import type { Input } from "./engine/input.ts";
import type { Sender } from "./engine/sender.ts";

/** What an exchange needs of its connection. */
export interface ConnectionLink extends BodyOwner {
	readonly server: ServerContext;
	readonly remoteAddress: string | undefined;
	readonly input: Input;
	readonly sender: Sender;
	readonly deadline: Deadline;
	/** Something has changed: take steps. */
	run(): void;
	/** Whether the heap has room for a request to be handled. */
	hasRequestMemory(): boolean;
	/** Ends the connection of the client that takes its response most slowly, for memory outside the heap. False where none is slow. */
	abortSlowest(): boolean;
	/** Takes a place among the handlers at work. False where there is none. */
	acquireHandler(): boolean;
	/** Its client is known to be the owner: of those who need memory, it comes first. */
	markTrusted(): void;
	/** The exchange is over, wherever it is; another protocol takes its leave first. */
	terminate(): void;
	/** There is no way on: the client is gone, or must be told by closing. */
	close(): void;
}
