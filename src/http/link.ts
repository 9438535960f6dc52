import type { Deadline } from "./deadline.ts";
import type { Host } from "./host.ts";
import type { Input } from "./input.ts";
import type { Sender } from "./sender.ts";

/** What an exchange needs of its connection. */
export interface Link {
	readonly host: Host;
	readonly remoteAddress: string | undefined;
	readonly input: Input;
	readonly sender: Sender;
	readonly deadline: Deadline;
	/** Something has changed: take steps. */
	run(): void;
	/** An error that comes too late for a response. */
	report(error: unknown): void;
	/** Takes a place among the handlers at work. False where there is none. */
	claim(): boolean;
	/** The exchange is over, wherever it is; another protocol takes its leave first. */
	cut(): void;
	/** There is no way on: the client is gone, or must be told by closing. */
	close(): void;
}
