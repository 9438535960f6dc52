import { Budget } from "./budget.ts";
import { CHUNK, ChunkedDecoder } from "../syntax/chunked.ts";
import { DONE, type FieldLimits, MORE } from "../syntax/field-section.ts";
import type { Input } from "./input.ts";
import type { Limits } from "../limits.ts";
import { tooLarge } from "../syntax/head.ts";
import { CHUNKED } from "../syntax/message-framing.ts";

/**
 * Bytes of the content's memory that content which is larger than this leaves for others: a few large uploads must not keep
 * everybody else's commands out.
 */
export const SMALL_CONTENT = 1_024;

/** Chunks that are taken in one turn. Each costs some 200 bytecodes, and may hold a single byte. */
const MAX_CHUNKS = 64;

/** Makes room where the memory for content is short. */
export interface ContentMemory {
	/** Closes the connection of another client whose content does not get on. Returns false if there is none. */
	makeContentRoom(): boolean;
}

/** Takes a block of content, which is valid until it returns. Returns false to have no more for now. May throw. */
export type BlockSink = (block: Uint8Array) => boolean;

export type ContentLimits = FieldLimits & Pick<Limits, "content">;

const NOTHING: Uint8Array = new Uint8Array(0);

/**
 * Takes the content of one message out of the input, whatever its framing. Memory grows with what arrives and not with
 * the length that the peer announced.
 */
export class ContentBuffer {
	readonly #limits: ContentLimits;
	readonly #budget: Budget;
	readonly #chunks: ChunkedDecoder | undefined;
	#left: number;
	#bytes = NOTHING;
	#length = 0;
	#discarding = false;
	/** Whether there is more to take from the input, in another turn. */
	paused = false;
	/** Takes what arrives, in place of the buffer. Returns false to have no more for now. May throw. */
	sink: BlockSink | undefined;
	/** Whether the sink takes no more for now. */
	held = false;
	readonly #memory: ContentMemory | undefined;

	/** @param length Bytes; CHUNKED; or Infinity if the content ends with the connection. */
	constructor(length: number, limits: ContentLimits, budget = new Budget(Infinity), memory?: ContentMemory) {
		this.#limits = limits;
		this.#budget = budget;
		this.#memory = memory;
		this.#chunks = length === CHUNKED ? new ChunkedDecoder(limits) : undefined;
		this.#left = this.#chunks ? 0 : length;
	}

	/** Why it is refused, for the client, after this status of `take`. */
	reasonOf(status: number): string | undefined {
		if (status === 413) return tooLarge(this.#limits.content);
		return status === 400 ? this.#chunks?.reason : undefined;
	}

	/** Bytes still to come; Infinity for chunked content, whose length nobody knows. */
	get left(): number {
		return this.#chunks ? Infinity : this.#left;
	}

	/** How many bytes have been taken. */
	get received(): number {
		return this.#length;
	}

	/** Bytes of memory that it holds. */
	get heldBytes(): number {
		return this.#bytes.length;
	}

	/** The bytes taken so far. */
	get bytes(): Uint8Array {
		return this.#length === this.#bytes.length ? this.#bytes : this.#bytes.slice(0, this.#length);
	}

	/** Discards the content from now on. */
	discard(): void {
		this.#discarding = true;
		this.release();
	}

	/** Releases the buffer's memory. A handler that still needs the bytes has its own reference. */
	release(): void {
		this.#budget.release(this.#bytes.length);
		this.#bytes = NOTHING;
	}

	/**
	 * Takes from the input what belongs to the content. Returns MORE, DONE or a status. After many small chunks it is
	 * `paused`, and has to be called again in another turn.
	 */
	take(input: Input): number {
		this.paused = false;
		for (let chunks = 0; ;) {
			if (this.#left > 0) {
				const count = Math.min(this.#left, input.length);
				if (count === 0) return MORE;
				const status = this.#discarding ? 0 : this.keep(input.bytes.subarray(0, count));
				if (status) return status;
				input.consume(count);
				this.#length += count;
				this.#left -= count;
				if (this.held && this.#left > 0) return MORE;
			} else if (!this.#chunks) return DONE;
			else {
				if (++chunks > MAX_CHUNKS) {
					this.paused = true;
					return MORE;
				}
				const verdict = this.#chunks.next(input);
				if (verdict !== CHUNK) return verdict;
				this.#left = this.#chunks.size;
				// This comes before a byte of the chunk is read: the announced size is enough to refuse it.
				if (this.#length + this.#left > this.#limits.content) return 413;
			}
		}
	}

	private reserve(space: number): boolean {
		const spare = space > SMALL_CONTENT ? SMALL_CONTENT : 0,
			{ length } = this.#bytes;
		while (!this.#budget.resize(length, space + spare)) {
			if (!this.#memory?.makeContentRoom()) return false;
		}
		this.#budget.release(spare);
		return true;
	}

	/** Appends to the buffer. Returns 0, or a status if there is no room. */
	private keep(arrived: Uint8Array): number {
		if (this.sink) {
			this.held = !this.sink(arrived);
			return 0;
		}
		const needed = this.#length + arrived.length;
		if (needed > this.#limits.content) return 413;
		if (needed > this.#bytes.length) {
			// Content of known length ends in a buffer of its exact size, without a last copy.
			const room = Math.min(this.#chunks ? Infinity : this.#length + this.#left, this.#limits.content);
			const space = Math.min(Math.max(needed, this.#bytes.length * 2), room);
			if (!this.reserve(space)) return 503;
			const grown = new Uint8Array(space);
			grown.set(this.#bytes.subarray(0, this.#length));
			this.#bytes = grown;
		}
		this.#bytes.set(arrived, this.#length);
		return 0;
	}
}
