import { Input } from "yieldcam/http/engine/input";

/** Input that a test feeds. */
export class Feed {
	#next: Uint8Array | undefined;
	readonly input = new Input({ read: () => this.#next?.slice().buffer });

	push(piece: Uint8Array): void {
		this.#next = piece;
		this.input.readable(piece.length);
		this.input.read(piece.length);
	}
}
