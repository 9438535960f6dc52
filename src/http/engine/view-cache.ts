import { view } from "../syntax/bytes.ts";
import type { Bytes } from "../io.ts";

/**
 * Shared by the senders of one server. The viewers of a stream receive the same frame one after another, and most have
 * room for the same amount of it. So this keeps the last view, which each sender would otherwise create again.
 */
export class ViewCache {
	/** Bytes that a sender writes before others get their turn. */
	readonly writeQuantum: number;
	#bytes: Bytes | undefined;
	#offset = 0;
	#size = 0;
	#window: Uint8Array | undefined;
	/** How many blocks of all senders have had to wait for room. */
	blocksHeld = 0;

	constructor(turn: number) {
		this.writeQuantum = turn;
	}

	/**
	 * Returns a view of bytes, the cached one if the last call was for the same. Holds the bytes until the next call.
	 */
	view(bytes: Bytes, offset: number, size: number): Uint8Array {
		if (bytes === this.#bytes && offset === this.#offset && size === this.#size) return this.#window!;
		this.#bytes = bytes;
		this.#offset = offset;
		this.#size = size;
		return (this.#window = view(bytes, offset, size));
	}

	/** Releases the last view. */
	clear(): void {
		this.#bytes = undefined;
		this.#window = undefined;
	}
}
