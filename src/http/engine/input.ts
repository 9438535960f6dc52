import { Budget } from "./budget.ts";
import type { Socket } from "../io.ts";

const EMPTY: Uint8Array = new Uint8Array(0);

/** Bytes up to which the buffer doubles: the size of the largest head. */
const DOUBLING = 4_096;

/**
 * The bytes that have arrived on a connection and that nobody has consumed yet.
 *
 * Bytes that nobody reads stay in the socket, and TCP holds the client back. A socket reports bytes once, and not again
 * if they are left unread, so this class remembers how many there are.
 *
 * If the input is empty, an arriving buffer is adopted as it is, so that a head which arrives in one piece is parsed in
 * place. Later buffers are appended, in space that doubles for a while. Bytes never move within their buffer once they
 * have arrived: views of them stay valid after they are consumed.
 */
export class Input {
	readonly #socket: Pick<Socket, "read" | "unread">;
	#budget: Budget;
	#readable = 0;
	#bytes = EMPTY;
	#start = 0;
	#end = 0;
	#share = 0;

	/**
	 * Bytes of memory that what has arrived would take, if the last `read` found too little for its part and so left everything in
	 * the socket; 0 if it found enough.
	 */
	denied = 0;

	constructor(socket: Pick<Socket, "read" | "unread">, budget = new Budget(Infinity)) {
		this.#socket = socket;
		this.#budget = budget;
	}

	/** Bytes that have been read and not consumed. */
	get length(): number {
		return this.#end - this.#start;
	}

	/** Bytes that it has of its budget. */
	get share(): number {
		return this.#share;
	}

	/** Reports whether anything has arrived that nobody has consumed, read or not. */
	get pending(): boolean {
		return this.length > 0 || this.#readable > 0;
	}

	/** Does the same as `pending`, and asks the socket, which may have more than it has reported. */
	get arrived(): boolean {
		return this.pending || this.#socket.unread! > 0;
	}

	/** The bytes that have been read and not consumed. This is a view, not a copy. */
	get bytes(): Uint8Array {
		return this.#bytes.subarray(this.#start, this.#end);
	}

	/** Whether nothing more will arrive. */
	get ended(): boolean {
		return this.#readable < 0;
	}

	/** Called when the peer has closed its sending half, and everything it sent has been read. */
	end(): void {
		this.#readable = -1;
	}

	/** Called when the socket has `count` bytes to read. */
	readable(count: number): void {
		this.#readable = count;
	}

	/** Reads at most `limit` bytes from the socket. Returns how many it read. */
	read(limit: number): number {
		const count = Math.min(this.#readable, limit);
		this.denied = 0;
		if (count <= 0) return 0;
		if (!this.reserve(count)) {
			// A part of it alone would look like a small head.
			const parts = this.#readable > count ? 2 : 1;
			this.denied = Math.max(this.spaceFor(count), parts * count);
			return 0;
		}
		const buffer = this.#socket.read(count);
		this.#readable = buffer ? this.#readable - buffer.byteLength : 0;
		if (!buffer) return 0;
		this.push(new Uint8Array(buffer));
		return buffer.byteLength;
	}

	consume(count: number): void {
		this.#start += count;
		if (this.#start === this.#end) this.clear();
	}

	/** Called when the last `count` bytes of `bytes` are no longer of use. */
	drop(count: number): void {
		this.#end -= count;
	}

	/**
	 * Charges the current and all future memory to another budget. Returns false, and changes nothing, if that budget
	 * has no room.
	 */
	charge(budget: Budget): boolean {
		if (!budget.tryReserve(this.#share)) return false;
		this.#budget.release(this.#share);
		this.#budget = budget;
		return true;
	}

	/** Forgets what has been read, and frees its memory. */
	clear(): void {
		this.#budget.release(this.#share);
		this.#share = 0;
		this.#bytes = EMPTY;
		this.#start = this.#end = 0;
	}

	/** The size that the buffer needs to hold `count` more bytes. */
	private spaceFor(count: number): number {
		const { length } = this;
		if (length === 0) return count;
		return this.#end + count > this.#bytes.length
			? Math.max(Math.min(length * 2, DOUBLING), length + count)
			: this.#bytes.length;
	}

	private reserve(count: number): boolean {
		const space = this.spaceFor(count);
		if (!this.#budget.resize(this.#share, space)) return false;
		this.#share = space;
		return true;
	}

	private push(arrived: Uint8Array): void {
		const { length } = this;
		if (length === 0) {
			this.#bytes = arrived;
			this.#end = arrived.length;
			return;
		}
		if (this.#end + arrived.length > this.#bytes.length) {
			const grown = new Uint8Array(this.spaceFor(arrived.length));
			grown.set(this.bytes);
			this.#bytes = grown;
			this.#start = 0;
			this.#end = length;
		}
		this.#bytes.set(arrived, this.#end);
		this.#end += arrived.length;
	}
}
