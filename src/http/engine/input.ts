import { Budget } from "./budget.ts";
import type { Socket } from "../io.ts";

const EMPTY: Uint8Array = new Uint8Array(0);

/** Up to here space doubles: the largest head. */
const DOUBLING = 4_096;

/**
 * The bytes that have arrived on a connection and that nobody has consumed yet.
 *
 * What is not asked for stays in the socket, where TCP holds the client back. A socket says only once
 * that bytes have arrived, so how many it still has is remembered here.
 *
 * A buffer that finds the input empty is adopted as it is, so that a head which arrives in one piece
 * is parsed in place. Later ones are appended, in space that doubles, for a while. Bytes once arrived never move
 * within their buffer: views on them stay good after they are consumed.
 */
export class Input {
	readonly #socket: Pick<Socket, "read">;
	#budget: Budget;
	#readable = 0;
	#bytes = EMPTY;
	#start = 0;
	#end = 0;
	#share = 0;

	/** Whether the last `read` had to leave everything in the socket, since there is no memory for it. */
	denied = false;

	constructor(socket: Pick<Socket, "read">, budget = new Budget(Infinity)) {
		this.#socket = socket;
		this.#budget = budget;
	}

	/** Bytes that have been read and not consumed. */
	get length(): number {
		return this.#end - this.#start;
	}

	/** Whether anything has arrived that nobody has consumed, read or not. */
	get pending(): boolean {
		return this.length > 0 || this.#readable > 0;
	}

	/** The bytes that have been read and not consumed; a view, not a copy. */
	get bytes(): Uint8Array {
		return this.#bytes.subarray(this.#start, this.#end);
	}

	/** The socket has so many bytes to read. */
	readable(count: number): void {
		this.#readable = count;
	}

	/** Reads from the socket, so many bytes at most. Returns how many there were. */
	read(limit: number): number {
		const count = Math.min(this.#readable, limit);
		this.denied = count > 0 && !this.reserve(count);
		if (count <= 0 || this.denied) return 0;
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

	/** Has what is held, and what will be, charged to another budget. Returns false, and changes nothing, where that has no room. */
	charge(budget: Budget): boolean {
		if (!budget.tryReserve(this.#share)) return false;
		this.#budget.release(this.#share);
		this.#budget = budget;
		return true;
	}

	/** Forgets what has been read, and lets go of its memory. */
	clear(): void {
		this.#budget.release(this.#share);
		this.#share = 0;
		this.#bytes = EMPTY;
		this.#start = this.#end = 0;
	}

	/** The space that there will be once so many bytes have been added. */
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
