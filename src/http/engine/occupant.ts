import type { HttpError } from "../http-error.ts";

/** A request's share of the server's budgets, as others see it who need some of it. */
export interface Shares {
	/** Slots that it has as a stream; 0 if it has no place among those. */
	readonly streamSlots: number;
	/** Whether it has a handler place. */
	readonly hasHandler: boolean;
	/** Bytes of a stream's memory. */
	readonly streamBytes: number;
	/** Bytes reserved for the response. */
	readonly responseBytes: number;
}

/** What a connection has of the server's budgets. */
export interface ShareHolder {
	readonly remoteAddress: string | undefined;
	/** Undefined if no request is being served. */
	readonly reservation: Shares | undefined;
}

/** How much a connection has of something. */
export type Measure = (holder: ShareHolder) => number;

/** A connection, as `Places` and `RoomMaker` see it, which decide whose connection makes room for another. */
export interface Occupant extends ShareHolder {
	/** Whether its client is known to be the owner. */
	readonly trusted: boolean;
	/**
	 * Since when it has waited for its client to ask for something, as a number from `nextOrder`. Undefined while it is being
	 * served, and for a new connection, whose request may be on its way.
	 */
	readonly idleSince: number | undefined;
	/** Whether nothing goes on but what its client has to send, or to take. */
	readonly waiting: boolean;
	/** Whether it has one of the streams' places. */
	readonly streaming: boolean;
	/** Whether its request waits for a handler place, or for memory. */
	readonly queued: boolean;
	/** Whether its request is postponed until its content has arrived, or a handler may wait for that. */
	readonly postponed: boolean;
	/** Whether a handler waits for content. */
	readonly awaitsContent: boolean;
	/** Whether a handler waits for content, and little has arrived for a sweep. */
	readonly contentStalled: boolean;
	/** Whether its response is sent, and content is read only to be discarded. */
	readonly draining: boolean;
	/** Whether its last response is sent, and its client has yet to close. */
	readonly lingering: boolean;
	/** Whether it may be reset: its client has all that was sent, or had its time to take it. */
	readonly expendable: boolean;
	/** Whether its client has sent nothing, not even part of a request. */
	readonly silent: boolean;
	/** Whether its client has sent something that nobody has looked at yet: most likely the next request. */
	readonly asking: boolean;
	/** Whether it waits for its client, and not for a first request that may be on its way. */
	readonly dormant: boolean;
	/**
	 * Bytes of memory that it has for a request which is not at work yet: for a head of which more is to come, or for content of a
	 * request that waits.
	 */
	readonly unfinishedBytes: number;
	/**
	 * Bytes of memory that it can do without while its request is handled: for long header fields, and for what its client has
	 * sent ahead.
	 */
	readonly spareBytes: number;
	/** Bytes of content that a handler, which is at work, has not asked for. */
	readonly unreadBytes: number;
	/** Whether it holds the memory of a request while it waits. */
	readonly holdsRequest: boolean;
	/** Whether it holds memory for its response. */
	readonly holdsResponse: boolean;
	/** Whether a response is being sent that is not a stream. */
	readonly responding: boolean;
	/** Whether a response that is not a stream has been under way for at least one sweep. Others then have a turn at its place. */
	readonly prolonged: boolean;
	/** Whether the client of a stream has been taking the same block for at least one sweep. */
	readonly stuck: boolean;
	/** Whether its client has had a request answered. */
	readonly served: boolean;
	/** Whether its client has never had a request answered, and has none under way. */
	readonly fresh: boolean;
	/** Bytes that its client has taken in the last sweep while it held memory. Undefined if the client is not to blame. */
	readonly recentBytes: number | undefined;
	/**
	 * How far its client has come with what it has to do: bytes of a request's head, or of a response that is not a
	 * stream. 0 once the response is sent and the client has yet to take all of it and to close, or to send content that nobody reads. Undefined if
	 * something else is awaited.
	 */
	readonly progress: number | undefined;
	/** The number of the block that waits for its client's socket to have room: see `Sender.held`. */
	readonly sender: { readonly held: number };

	/** Answers with an error before there is a request, and closes. */
	refuse(error: HttpError): void;
	/** Called once in every `limits.sweepInterval`. */
	tick(): void;
	/** Called when the server closes. A protocol that has a closing message sends it. */
	shutDown(): void;
	/** Gives up `unreadBytes`. */
	releaseUnread(): void;
	/** Gives up `spareBytes`. If it cannot, it closes as `abort` does. */
	releaseSpare(): void;
	/** Closes without waiting for the peer, because others need the place, or because the peer had its time. */
	abort(): void;
}
