import { type Block, isList } from "yieldcam/http/body";
import { handled } from "yieldcam/http/handled";
import type { Bytes } from "yieldcam/http/io";
import { encodeFrame, PING, PONG } from "./frame.ts";

/** Cost of a message in addition to its bytes. */
const OVERHEAD = 64;

const NOTHING: Uint8Array = new Uint8Array(0);

/**
 * A message, or several small ones that wait together. A promise is made of some forty slots, so those that wait share one, and
 * those that the socket takes at once need none: otherwise a few peers would fill the heap with the promises for small messages.
 */
class Outgoing {
	block: Block;
	/** Bytes of the payloads. */
	length: number;
	/** What the queue is charged for it. */
	charge: number;
	/** Whether the socket has taken it. */
	over = false;
	private promise: Promise<void> | undefined;
	private settle: ((error?: unknown) => void) | undefined;
	/** Why the socket will never take it. */
	private failure: unknown;
	/** Bytes of the block that are in use; the rest is room for more. */
	#end: number;

	constructor(block: Block, length: number) {
		this.block = block;
		this.length = length;
		this.charge = OVERHEAD + length;
		this.#end = isList(block) ? Infinity : block.byteLength;
	}

	/** Settles when the socket has taken it, or never will. */
	get sent(): Promise<void> {
		return (this.promise ??= handled(
			new Promise((resolve, reject) => {
				this.settle = (error) => (error === undefined ? resolve() : reject(error));
				// The connection may have failed before anybody asked.
				if (this.failure !== undefined) reject(this.failure);
			}),
		));
	}

	resolve(): void {
		this.over = true;
		this.settle?.();
	}

	reject(error: Error): void {
		this.failure = error;
		this.settle?.(error);
	}

	/** Appends a small message. Returns false, and changes nothing, if this is one that is lent. */
	append(frame: Uint8Array, length: number): boolean {
		if (this.#end === Infinity) return false;
		const end = this.#end + frame.length;
		let block = this.block as Uint8Array;
		if (end > block.length) {
			const grown = new Uint8Array(2 * end);
			grown.set(block.subarray(0, this.#end));
			this.block = block = grown;
		}
		block.set(frame, this.#end);
		this.#end = end;
		this.length += length;
		this.charge += OVERHEAD + length;
		return true;
	}

	/** Returns what is to be sent: nothing may be appended any more. */
	take(): Block {
		const { block } = this;
		return this.#end < (block as Uint8Array).length ? (block as Uint8Array).subarray(0, this.#end) : block;
	}
}

/** Holds what waits to be sent, in the order of sending: a Pong, a Ping, the messages, and finally a Close. */
export class Outbox {
	readonly #limit: number;
	readonly #queue: Outgoing[] = [];
	#sending: Outgoing | undefined;
	/** Payload of the latest Ping; earlier ones need no answer of their own (RFC 6455, 5.5.3). */
	#pong: Uint8Array | undefined;
	#ping = false;
	#close: Block | undefined;
	#queued = 0;

	/** Bytes of messages that the socket has not taken, as in a browser's WebSocket. */
	bufferedAmount = 0;
	/** Whether the Close is being sent: nothing follows it (RFC 6455, 5.5.1). */
	closed = false;

	/** @param limit Bytes that may wait behind the message that is being sent. */
	constructor(limit: number) {
		this.#limit = limit;
	}

	/** Reports whether there is anything that the socket has not taken. */
	get busy(): boolean {
		return (
			this.#sending !== undefined ||
			this.#queue.length > 0 ||
			this.#ping ||
			this.#pong !== undefined ||
			this.#close !== undefined
		);
	}

	/** Reports whether the message would exceed the limit. It never does if no other message waits. */
	isFullFor(length: number): boolean {
		return this.#queue.length > 0 && this.#queued + OVERHEAD + length > this.#limit;
	}

	/** Queues a message. */
	send(opcode: number, payload: Bytes): Outgoing {
		const { byteLength: length } = payload;
		const block = encodeFrame(opcode, payload),
			last = this.#queue[this.#queue.length - 1];
		this.bufferedAmount += length;
		this.#queued += OVERHEAD + length;
		if (last && !isList(block) && last.append(block as Uint8Array, length)) return last;
		const message = new Outgoing(block, length);
		this.#queue.push(message);
		return message;
	}

	ping(): void {
		this.#ping = true;
	}

	pong(payload: Uint8Array): void {
		this.#pong = payload;
	}

	/** Queues a Close frame behind everything else. */
	close(block: Block): void {
		this.#close = block;
	}

	/** Drops the messages that are not being sent yet; their promises reject. */
	drop(error: Error): void {
		for (const message of this.#queue.splice(0)) {
			this.bufferedAmount -= message.length;
			message.reject(error);
		}
		this.#queued = 0;
	}

	/** Drops everything. */
	end(error: Error): void {
		this.drop(error);
		this.#sending?.reject(error);
		this.#sending = this.#pong = this.#close = undefined;
		this.#ping = false;
		this.bufferedAmount = 0;
	}

	/** Returns the next frame, once the socket has taken the last one. */
	next(): Block | undefined {
		const sent = this.#sending;
		if (sent) {
			this.#sending = undefined;
			this.bufferedAmount -= sent.length;
			sent.resolve();
		}
		if (this.#pong) {
			const payload = this.#pong;
			this.#pong = undefined;
			return encodeFrame(PONG, payload);
		}
		if (this.#ping) {
			this.#ping = false;
			return encodeFrame(PING, NOTHING);
		}
		const message = this.#queue.shift();
		if (message) {
			this.#sending = message;
			this.#queued -= message.charge;
			return message.take();
		}
		const close = this.#close;
		this.#close = undefined;
		this.closed ||= close !== undefined;
		return close;
	}
}
