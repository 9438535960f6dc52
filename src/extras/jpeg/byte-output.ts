/** Size of a piece. A block's bytes fit into one, and at most that much of each piece is wasted. */
const PIECE_BYTES = 2048;

/**
 * A growing sequence of bytes in pieces of bounded size. A single growing buffer would be copied again and again, and
 * the heap would hold it twice.
 */
export class ByteOutput {
	/** The current piece, and the index of the next byte. A writer calls `reserve()` first. */
	bytes = new Uint8Array(PIECE_BYTES);
	at = 0;
	readonly #maxBytes: number;
	#full: Uint8Array[] = [];
	#fullBytes = 0;

	constructor(maxBytes: number) {
		this.#maxBytes = maxBytes;
	}

	/**
	 * Makes room for `count` bytes, at most the size of a piece. Throws a RangeError if there are too many bytes
	 * already.
	 */
	reserve(count: number): void {
		if (this.at + count <= PIECE_BYTES) return;
		this.#full.push(this.bytes.subarray(0, this.at));
		this.#fullBytes += this.at;
		this.at = 0;
		checkSize(this.#fullBytes, this.#maxBytes);
		this.bytes = new Uint8Array(PIECE_BYTES);
	}

	/** Returns all bytes in one buffer. Throws a RangeError if there are too many. */
	join(): ArrayBuffer {
		const length = this.#fullBytes + this.at;
		checkSize(length, this.#maxBytes);
		const all = new Uint8Array(length);
		let at = 0;
		for (const piece of this.#full) {
			all.set(piece, at);
			at += piece.length;
		}
		all.set(this.bytes.subarray(0, this.at), at);
		return all.buffer;
	}
}

function checkSize(length: number, maxBytes: number): void {
	if (length > maxBytes) throw new RangeError(`the JPEG is larger than ${maxBytes} bytes`);
}
