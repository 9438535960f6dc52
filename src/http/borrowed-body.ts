import type { Block, BodySource } from "./body.ts";

/** A whole body in borrowed memory. Calls `giveBack` once, when the body has been sent or will not be sent. */
export class BorrowedBody implements BodySource {
	readonly whole: ArrayBuffer;
	readonly #block: Block;
	readonly #release: () => void;
	#pulled = false;

	/** @param block What is sent: the buffer, or pieces that include views of it. */
	constructor(buffer: ArrayBuffer, giveBack: () => void, block: Block = buffer) {
		this.whole = buffer;
		this.#block = block;
		this.#release = giveBack;
	}

	pull(): Block | null {
		if (this.#pulled) return null;
		this.#pulled = true;
		return this.#block;
	}

	close(): void {
		this.#release();
	}
}
