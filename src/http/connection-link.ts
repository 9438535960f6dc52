import type { BodyOwner } from "./body.ts";
import type { Budget } from "./engine/budget.ts";
import type { Deadline } from "./engine/deadline.ts";
import type { Input } from "./engine/input.ts";
import type { Sender } from "./engine/sender.ts";
import type { Limits } from "./limits.ts";
import type { Machine } from "./machine.ts";
import type { NewNames } from "./new-names.ts";

/** What a protocol needs from the server. */
export interface LinkContext {
	readonly limits: Limits;
	readonly machine: Machine;
	/** Limits the new names that JSON members without a list of names may add to the machine. */
	readonly newNames: NewNames;
	/** Bytes for everything that streams hold. */
	readonly streamMemory: Budget;
	/** The last large text that a protocol has encoded in this turn: a program may send it to several connections. */
	readonly lastText: { text: string; bytes: Uint8Array | undefined };
	/** Logs an error that comes too late for a response to the request. */
	report(error: unknown, request: { readonly method: string; readonly path: string } | undefined): void;
}

/** What a protocol needs from its connection. */
export interface ConnectionLink extends BodyOwner {
	readonly server: LinkContext;
	readonly input: Input;
	readonly sender: Sender;
	readonly deadline: Deadline;
	/** Continues the exchange after something has changed. */
	run(): void;
	/** Continues it in the next turn. */
	defer(): void;
	/**
	 * Closes the connection when it cannot go on: the client has disconnected, or closing is the only way to tell it.
	 */
	close(): void;
}
