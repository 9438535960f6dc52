/** A block's bytes fit into one, and at most that much of each is wasted. */
const PIECE_BYTES = 2048;

/**
 * Bytes that become more, in pieces of bounded size: a buffer that grew as a whole would be copied again
 * and again, and the heap would hold it twice.
 */
export class ByteOutput {
	/** What is being written, and where the next byte goes. Who writes asks for room with `reserve()` before. */
	bytes = new Uint8Array(PIECE_BYTES);
	at = 0;
	readonly #maxBytes: number;
	#full: Uint8Array[] = [];
	#fullBytes = 0;

	constructor(maxBytes: number) {
		this.#maxBytes = maxBytes;
	}

	/** Makes room for so many bytes, at most as many as a piece has. Throws a RangeError when there are too many already. */
	reserve(count: number): void {
		if (this.at + count <= PIECE_BYTES) return;
		this.#full.push(this.bytes.subarray(0, this.at));
		this.#fullBytes += this.at;
		this.at = 0;
		checkSize(this.#fullBytes, this.#maxBytes);
		this.bytes = new Uint8Array(PIECE_BYTES);
	}

	/** All of it in one buffer. */
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
