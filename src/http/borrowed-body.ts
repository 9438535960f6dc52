import type { BodySource } from "./body.ts";

/**
 * A whole body in memory that is somebody's: `giveBack` is called once, when it has been sent, or when nobody
 * is there to send it to.
 */
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
