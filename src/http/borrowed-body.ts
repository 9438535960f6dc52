import type { BodySource } from "./body.ts";

/** A whole body in borrowed memory. Calls `giveBack` once, when the body has been sent or will not be sent. */
export class BorrowedBody implements BodySource {
	readonly whole: ArrayBuffer;
	readonly #release: () => void;
	#pulled = false;

	constructor(buffer: ArrayBuffer, giveBack: () => void) {
		this.whole = buffer;
		this.#release = giveBack;
	}

	pull(): ArrayBuffer | null {
		if (this.#pulled) return null;
		this.#pulled = true;
		return this.whole;
	}

	close(): void {
		this.#release();
	}
}
