import type { BodyOwner } from "./body.ts";
import type { Deadline } from "./engine/deadline.ts";
import type { ServerContext } from "./engine/server-context.ts";
import type { Input } from "./engine/input.ts";
import type { ReservationHolder } from "./engine/reservation.ts";
import type { Sender } from "./engine/sender.ts";

/** What an exchange needs from its connection. */
export interface ConnectionLink extends BodyOwner, ReservationHolder {
	readonly server: ServerContext;
	/** Whether the handler is called again for a request that was queued. */
	readonly retrying: boolean;
	readonly input: Input;
	readonly sender: Sender;
	readonly deadline: Deadline;
	/** Continues the exchange after something has changed. */
	run(): void;
	/** Ensures that the heap has room for a request to be handled. Returns false if it has not. */
	freeRequestMemory(): boolean;
	/**
	 * Ends the connection of the client that takes its response most slowly, for memory outside the heap. Returns false
	 * if none is slow.
	 */
	abortSlowest(): boolean;
	/** Reserves a handler place. Returns false if none is free. */
	acquireHandler(): boolean;
	/** Marks its client as the owner. When memory is short, its needs come first. */
	markTrusted(): void;
	/** Ends the exchange wherever it is. An upgraded protocol sends its closing message first. */
	terminate(): void;
	/**
	 * Closes the connection when it cannot go on: the client has disconnected, or closing is the only way to tell it.
	 */
	close(): void;
}
