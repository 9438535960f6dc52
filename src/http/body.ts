import type { Bytes, Socket } from "./io.ts";
import type { Reporter } from "./reporter.ts";

/** The connection that sends a body. */
export interface BodyOwner extends Reporter {
	/**
	 * Ensures that this many more bytes of the heap are free. If they are not, closes connections that wait for their
	 * clients. Returns false if that is not enough.
	 *
	 * @param evenStreams Also closes streams one by one, beginning with the one whose client has been taking the same
	 *   block for longest.
	 */
	freeMemory(bytes: number, evenStreams?: boolean): boolean;
	/**
	 * Sends three pieces at once, for a source that has been asked for a block and had none. Returns false, and sends
	 * nothing, if something else waits to be sent, or the socket has no room for all of it: then the source has to `wake`
	 * the connection, which asks it again. It is not asked again after true.
	 *
	 * @param size The bytes of all pieces.
	 */
	offer?(first: Bytes, second: Bytes, third: Bytes, size: number): boolean;
	/** Ends the connection at once, even in the middle of a block, because the block's memory is needed elsewhere. */
	abort(): void;
}

/**
 * One item of a body: a buffer, or several that are written one after the other (as by writev). The server slices it to
 * the socket's room without copying. The server only borrows it: its producer may reuse the memory as soon as the next
 * block is asked for.
 */
export type Block = Bytes | readonly Bytes[];

/**
 * A block that writes itself, such as packets whose headers are made while they are written. Only an UpgradedProtocol may
 * return one.
 */
export interface SelfWriting {
	/** What is not written yet; 0 at the end. */
	readonly left: number;
	/**
	 * Writes no more than `most` bytes, and no more than the socket has room for. Returns the room that remains, or undefined if
	 * the connection or the block is lost.
	 */
	writeTo(socket: Socket, most: number): number | undefined;
}

/** A body that is pulled, for streams that run all day: it needs no promise, closure or array for a block. */
export interface BodySource {
	/** The whole body, if that is one buffer. */
	readonly whole?: Bytes;
	/** Slots of the heap that it takes beyond the hundred of most streams, as long as it lasts. */
	readonly slots?: number;
	/** Called once, before the first block is asked for. */
	begin?(owner: BodyOwner): void;
	/**
	 * Called when the socket has taken the previous block. Returns the next one, or null at the end.
	 *
	 * Undefined means "none yet": the source must call `wake` when there may be one, and is not asked again until then.
	 * A block of no bytes is skipped.
	 */
	pull(wake: () => void): Block | SelfWriting | undefined | null;
	/**
	 * Returns something to send that changes nothing. Called if there has been no block for long, since sending shows
	 * whether the peer is still there. Without it, or if it returns undefined, the connection is closed then.
	 */
	heartbeat?(): Block | undefined;
	/** Whether a program is at work on the next block. It may be for longer than the connection lasts. */
	readonly working?: boolean;
	/** Is called when it is not any more, if it was when the source was closed. */
	onDone?: (() => void) | undefined;
	/**
	 * Called exactly once: when the body has ended, when the client disconnected, or when the response was never sent.
	 */
	close(): void;
}

/** A source that is created when it is to be sent. */
export interface BodyOpener {
	/** @param owner Receives the errors that come too late to be thrown. */
	open(owner: BodyOwner): BodySource;
}

/** A body that comes block by block. */
export type Stream = AsyncIterable<Block | string> | BodySource | BodyOpener;

/** The possible bodies of a response. */
export type Body = string | Bytes | Stream | null;

/** Bytes from which on the heap must have room for a block. A smaller one is in the socket's buffer at once. */
export const LARGE = 1_024;

/** Returns the number of bytes in a block. */
export function blockLength(block: Block): number {
	return isList(block) ? listLength(block) : block.byteLength;
}

/** Returns the bytes of a list, from piece `from` on. */
export function listLength(list: readonly Bytes[], from = 0): number {
	let length = 0;
	for (let i = from; i < list.length; i++) length += list[i].byteLength;
	return length;
}

export function isList(block: Block): block is readonly Bytes[] {
	return Array.isArray(block);
}
