import type { Bytes } from "./io.ts";
import type { Reporter } from "./reporter.ts";

/** The connection that a body is sent by. */
export interface BodyOwner extends Reporter {
	/**
	 * Whether the heap has room for so many bytes more. Where it has not, connections that wait for their clients are closed
	 * first.
	 */
	hasRoom(bytes: number): boolean;
	/** As `hasRoom`, but streams of clients that have been at the same block for longest are closed as well, one by one. */
	makeRoom(bytes: number): boolean;
	/** Ends the connection at once, in the midst of a block too: what the block is made of is needed elsewhere. */
	abort(): void;
}

/**
 * One item of a body: a buffer, or several that are written one after the other (as by writev). The
 * server slices it to the socket's room without copying. It is only borrowed: its producer may reuse
 * the memory as soon as the next block is asked for.
 */
export type Block = Bytes | readonly Bytes[];

/** A body made by pulling, for streams that run all day: no promise, closure or array for a block. */
export interface BodySource {
	/** What is sent, where that is one buffer. */
	readonly whole?: Bytes;
	/** Called once, before the first block is asked for. */
	begin?(owner: BodyOwner): void;
	/**
	 * Asks for the next block, once the socket has taken the previous one; null is the end.
	 *
	 * undefined is "none yet": then `wake` is to be called when there may be one, and until that
	 * happens the source is not asked again. A block of no bytes is skipped.
	 */
	pull(wake: () => void): Block | undefined | null;
	/**
	 * Something to send that changes nothing, asked for where there has been no block for long: so it shows
	 * whether the peer is still there. Without it, or where it is undefined, the connection is closed then.
	 */
	heartbeat?(): Block | undefined;
	/** Called exactly once: when the body has ended, when the client left, when the response was never sent. */
	close(): void;
}

/** A source that is made when it is to be sent. */
export interface BodyOpener {
	/** @param owner Takes the errors that nobody waits for any more. */
	open(owner: BodyOwner): BodySource;
}

/** What comes block by block. */
export type Stream = AsyncIterable<Block | string> | BodySource | BodyOpener;

/** What a response can be made of. */
export type Body = string | Bytes | Stream | null;

/** Bytes. A block that is smaller is in the socket's buffer at once, or takes so little that it is not counted. */
export const LARGE = 1_024;

/** Bytes. */
export function blockLength(block: Block): number {
	return isList(block) ? listLength(block) : block.byteLength;
}

/** Bytes, from a piece on. */
export function listLength(list: readonly Bytes[], from = 0): number {
	let length = 0;
	for (let i = from; i < list.length; i++) length += list[i].byteLength;
	return length;
}

export function isList(block: Block): block is readonly Bytes[] {
	return Array.isArray(block);
}
