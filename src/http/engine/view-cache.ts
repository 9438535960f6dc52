import { view } from "../syntax/bytes.ts";
import type { Bytes } from "../io.ts";

/**
 * What the senders of one server share. The viewers of a stream are sent the same frame one after another, and most
 * have room for as much of it: so the last window is kept, which each would make again.
 */
export class ViewCache {
	/** Bytes that a sender writes before others get their turn. */
	readonly writeQuantum: number;
	#bytes: Bytes | undefined;
	#offset = 0;
	#size = 0;
	#window: Uint8Array | undefined;
	/** How many blocks have had to wait for room, of all senders. */
	blocksHeld = 0;

	constructor(turn: number) {
		this.writeQuantum = turn;
	}

	/** A window on bytes that may have been asked for just before. It holds them until another is asked for. */
	view(bytes: Bytes, offset: number, size: number): Uint8Array {
		if (bytes === this.#bytes && offset === this.#offset && size === this.#size) return this.#window!;
		this.#bytes = bytes;
		this.#offset = offset;
		this.#size = size;
		return (this.#window = view(bytes, offset, size));
	}

	/** Lets go of the last one. */
	clear(): void {
		this.#bytes = undefined;
		this.#window = undefined;
	}
}
