import { type Block, type BodySource, isList, listLength, type SelfWriting } from "../body.ts";
import { view } from "../syntax/bytes.ts";
import type { Bytes, Socket } from "../io.ts";
import type { HookRunner } from "./hook-queue.ts";
import type { Reporter } from "../reporter.ts";
import type { ViewCache } from "./view-cache.ts";

// The results of `flush`.
/** Everything is sent. */
export const IDLE = 0;
/** The socket has no more room, or the turn is over. The next `onWritable` continues. */
export const BLOCKED = 1;
/** The source has no block yet. Its wake callback continues. */
export const STARVED = 2;
/** The body or the socket failed. The connection has to end, which is how the peer learns of it. */
export const BROKEN = 3;

const CRLF = ArrayBuffer.fromString("\r\n");
const LAST_CHUNK = ArrayBuffer.fromString("0\r\n\r\n");
const CONTINUE = ArrayBuffer.fromString("HTTP/1.1 100 Continue\r\n\r\n");

/** Bytes up to which head and body go out as one write: the common response is one packet. */
const SMALL = 1_024;

/** A message's head, and how its body ends. */
export interface MessageFraming {
	readonly head: ArrayBuffer;
	readonly chunked: boolean;
	/** Bytes of the body. Infinity if it ends with the last chunk, or the connection. */
	readonly length: number;
}

/** The owner of a sender. It also receives the error of a body that failed. */
export interface SenderOwner extends Reporter, HookRunner {
	/** Called when a source that had nothing may have something to `flush`. */
	flushFirst(sender: Sender): void;
}

/**
 * Writes one message after another, responses or requests, to a socket, in pieces as large as its room.
 *
 * This is where a viewer costs time. It asks the source once for each block, and writes a block that the socket has
 * room for as it is. For a larger block it creates one view for each write, and nothing else. It never writes more than
 * the socket has room for, and never asks for a block before the socket has taken the whole previous one.
 */
export class Sender {
	readonly #socket: Socket;
	readonly #views: ViewCache;
	readonly #owner: SenderOwner;

	#room = 0;
	/** The most room that there ever was, which is the size of the socket's buffer. */
	#maxRoom = 0;
	#quantum = 0;
	/** Whether anything in the queue or the block is begun or waits to be written. */
	#pending = false;
	/** Small pieces that go before anything else: heads, and what surrounds a chunk. */
	readonly #queue: Bytes[] = [];
	#source: BodySource | undefined;
	#wake: () => void = noop;
	#starved = false;
	#chunked = false;
	#left = 0;
	#block: Block | undefined;
	/** A block that writes itself, until it has. */
	#writer: SelfWriting | undefined;
	#index = 0;
	#piece: Bytes | undefined;
	#size = 0;
	#offset = 0;
	/** Bytes of the block's pieces that are not yet begun, by their lengths when the block came. */
	#bytesLeft = 0;
	#broken = false;
	#heldNumber = 0;

	/** Bytes that the socket has taken so far. */
	sent = 0;
	/** Whether the owner must run after each flush, as an upgraded protocol needs. */
	runsOwner = false;

	constructor(socket: Socket, views: ViewCache, owner: SenderOwner) {
		this.#socket = socket;
		this.#views = views;
		this.#owner = owner;
	}

	/** Called when the socket has room. Returns whether that may be useful; it is not if the source has nothing. */
	writable(room: number): boolean {
		this.#room = room;
		if (room > this.#maxRoom) this.#maxRoom = room;
		this.#quantum = this.#views.writeQuantum;
		return !this.#starved || this.#pending;
	}

	/**
	 * The number of the block that waits for room. A higher number means that it began to wait later. 0 if none waits.
	 */
	get held(): number {
		return this.#block || this.#writer ? this.#heldNumber : 0;
	}

	/** Reports whether the peer has acknowledged everything that was written. */
	get acknowledged(): boolean {
		return !this.#pending && this.#room >= this.#maxRoom;
	}

	/** Tells the client to send its content ("100 Continue"). */
	sendContinue(): void {
		this.#queue.push(CONTINUE);
		this.#pending = true;
	}

	/** Writes a whole message at once. Returns false if the socket has no room for it. */
	sendAtOnce(message: ArrayBuffer): boolean {
		this.#queue.push(message);
		this.#pending = true;
		return this.flush() === IDLE;
	}

	/** Begins a message. The body is bytes, or a source, which is closed when it has ended or failed. */
	start({ head, chunked, length }: MessageFraming, body: Bytes | BodySource | undefined): void {
		this.#pending = true;
		this.#chunked = chunked;
		this.#left = length;
		if (body && "pull" in body) {
			this.#queue.push(head);
			this.#source = body;
			this.#starved = false;
			// One closure for each message, so that a source that wakes us late cannot disturb the next message.
			this.#wake = () => {
				if (this.#source === body && this.#starved) {
					this.#starved = false;
					this.#owner.flushFirst(this);
				}
			};
		} else if (body && head.byteLength + body.byteLength <= SMALL) this.#queue.push(join(head, body));
		else {
			this.#queue.push(head);
			if (body) this.#queue.push(body);
		}
	}

	/** Writes as much as possible. Returns IDLE, BLOCKED, STARVED or BROKEN. */
	flush(): number {
		for (;;) {
			if (this.#pending) {
				const state = this.writePieces();
				if (state !== IDLE) return state;
			}
			if (this.#broken) return BROKEN;
			if (!this.#source) return IDLE;
			if (this.#starved || !this.pull(this.#source)) return this.#broken ? BROKEN : STARVED;
		}
	}

	/** Writes what has been begun, piece by piece. */
	private writePieces(): number {
		if (this.#writer) {
			const state = this.writeOn(this.#writer);
			if (state !== IDLE) return state;
		}
		for (;;) {
			const piece = this.#piece ?? this.beginPiece();
			if (piece && piece.byteLength !== this.#size) this.failRevoked();
			if (this.#broken) return BROKEN;
			if (!piece) {
				this.#pending = false;
				return IDLE;
			}
			const rest = piece.byteLength - this.#offset;
			const size = Math.min(rest, this.#room, this.#quantum);
			if (size === 0 && rest > 0) return BLOCKED;
			if (size > 0) this.write(size === piece.byteLength ? piece : this.viewOf(piece, size), size);
			if (size < rest) this.#offset += size;
			else {
				this.#piece = undefined;
				this.#offset = 0;
			}
		}
	}

	/** Lets a block write itself, as far as there is room. */
	private writeOn(block: SelfWriting): number {
		const most = Math.min(this.#room, this.#quantum),
			before = block.left;
		if (most === 0) return BLOCKED;
		let room;
		try {
			room = block.writeTo(this.#socket, most);
		} catch {
			// The connection is lost.
		}
		if (room === undefined) {
			this.#broken = true;
			return BROKEN;
		}
		const { left } = block;
		this.#room = room;
		this.#quantum -= Math.min(this.#quantum, before - left);
		this.sent += before - left;
		if (left > 0) return BLOCKED;
		this.#writer = undefined;
		return IDLE;
	}

	/** Makes a source that has nothing send its heartbeat. Returns false if it has no heartbeat. */
	sendHeartbeat(): boolean {
		try {
			const block = this.#starved ? this.#source?.heartbeat?.() : undefined;
			if (!block) return false;
			this.#starved = false;
			this.sendBlock(block);
			return true;
		} catch (error) {
			this.#owner.report(error);
			return false;
		}
	}

	/** Releases the body, whether or not it was sent completely. */
	close(): void {
		this.#block = this.#writer = undefined;
		this.#piece = undefined;
		this.#queue.length = 0;
		this.closeSource();
	}

	/** Frames are lists of pieces. Other senders may be about to send the same list, so its views are cached. */
	private viewOf(piece: Bytes, size: number): Uint8Array {
		const offset = this.#offset;
		return this.#block && isList(this.#block) ? this.#views.view(piece, offset, size) : view(piece, offset, size);
	}

	/** There is room, so this throws only if the connection is lost. */
	private write(bytes: Bytes, size: number): void {
		try {
			const room = this.#socket.write(bytes);
			this.#quantum -= size;
			// If the connection has just failed, nothing was taken. The socket reports that only once all input is
			// read.
			if (room === undefined) this.#broken = true;
			else {
				this.#room = room;
				this.sent += size;
			}
		} catch {
			this.#broken = true;
		}
	}

	private beginPiece(): Bytes | undefined {
		const piece = (this.#piece = this.nextPiece());
		this.#size = piece?.byteLength ?? 0;
		return piece;
	}

	/**
	 * A camera that has to be restarted may empty its frames, so the bytes that were announced cannot be sent.
	 */
	private failRevoked(): void {
		this.#broken = true;
		this.#owner.report(new Error("a block was taken back while it was being sent"));
	}

	private nextPiece(): Bytes | undefined {
		if (this.#queue.length > 0) return this.#queue.shift();
		const block = this.#block;
		if (!block) return undefined;
		const index = this.#index++;
		const piece = isList(block) ? block[index] : index === 0 ? block : undefined;
		if (piece) {
			this.#bytesLeft -= piece.byteLength;
			return piece;
		}
		this.#block = undefined;
		if (this.#bytesLeft !== 0) {
			this.failRevoked();
			return undefined;
		}
		return this.#chunked ? CRLF : undefined;
	}

	/** Asks for blocks as long as they go out at once. Returns whether there is something else to do. */
	private pull(source: BodySource): boolean {
		try {
			do {
				this.#starved = true; // before the call, since the source may wake us from within it
				const block = source.pull(this.#wake);
				if (block === undefined) return false;
				this.#starved = false;
				if (block === null) {
					if (this.#left > 0 && this.#left !== Infinity)
						throw new RangeError(`the body ended ${this.#left} bytes short of its Content-Length`);
					if (this.#chunked) {
						this.#queue.push(LAST_CHUNK);
						this.#pending = true;
					}
					this.closeSource();
					return true;
				}
				this.sendBlock(block);
			} while (!this.#pending && !this.#broken && this.#source === source);
			return true;
		} catch (error) {
			this.#broken = true;
			this.#owner.report(error);
			return false;
		}
	}

	private sendBlock(block: Block | SelfWriting): void {
		if (this.#left === Infinity && !this.#chunked) {
			// A call of isList would cost more.
			if (Array.isArray(block)) return this.writeList(block as readonly Bytes[]);
			if ("writeTo" in block) {
				this.#pending = true;
				this.#heldNumber = ++this.#views.blocksHeld;
				this.#writer = block;
				return;
			}
		}
		this.sendPart(block as Block);
	}

	private sendPart(block: Block): void {
		const list = isList(block),
			length: number | undefined = list ? listLength(block) : block.byteLength;
		if (!(length <= this.#left))
			throw length === undefined
				? new TypeError("a block is text or bytes")
				: new RangeError(`a block of ${length} bytes exceeds the ${this.#left} that are left of the body`);
		this.#left -= length;
		if (length === 0) return; // skipped, since an empty chunk would end the body
		if (this.#chunked) this.#queue.push(ArrayBuffer.fromString(length.toString(16) + "\r\n"));
		this.holdBlock(block, 0, length);
	}

	/**
	 * Writes a list of a stream without a length, as most frames are to most viewers. Pieces that fit go out at once,
	 * and nothing remembers them.
	 */
	private writeList(pieces: readonly Bytes[]): void {
		const socket = this.#socket,
			{ length } = pieces;
		let room = this.#room,
			turn = this.#quantum,
			sent = 0,
			i = 0,
			writing = false;
		try {
			// A frame: its head, the picture and the boundary.
			if (length === 3 && socket.writePieces) {
				const first = pieces[0],
					second = pieces[1],
					third = pieces[2],
					size = first.byteLength + second.byteLength + third.byteLength;
				// The driver may have taken the picture back, which is not written then.
				if (size <= room && size <= turn && second.byteLength > 0) {
					return this.writeThree(first, second, third, size);
				}
			}
			for (; i < length; i++) {
				const piece = pieces[i],
					size = piece.byteLength;
				if (size > room || size > turn) break;
				if (size > 0) {
					writing = true;
					const left = socket.write(piece);
					writing = false;
					if (left === undefined) {
						this.#broken = true; // as in write()
						break;
					}
					room = left;
					sent += size;
					turn -= size;
				}
			}
		} catch (error) {
			if (!writing)
				// `pieces[i]` threw, and not the socket.
				throw error;
			this.#broken = true;
		}
		this.#room = room;
		this.#quantum = turn;
		this.sent += sent;
		if (i < length && !this.#broken) this.holdBlock(pieces, i, listLength(pieces, i));
	}

	/**
	 * Implements `BodyOwner.offer`: most frames go to most viewers in one call, and nothing remembers them. If the connection
	 * is lost, the owner learns of it here, since nobody asks for the result.
	 */
	offer(first: Bytes, second: Bytes, third: Bytes, size: number): boolean {
		if (!this.#starved || this.#pending || size > this.#room || size > this.#quantum) return false;
		if (this.#chunked || this.#left !== Infinity || !this.#socket.writePieces) return false;
		this.writeThree(first, second, third, size);
		if (!this.#broken) return true;
		this.#starved = false;
		this.#owner.flushFirst(this);
		return true;
	}

	/** Writes three pieces, for which there is room, in one call. */
	private writeThree(first: Bytes, second: Bytes, third: Bytes, size: number): void {
		try {
			const room = this.#socket.writePieces!(first, second, third);
			if (room !== undefined) {
				this.#room = room;
				this.#quantum -= size;
				this.sent += size;
				return;
			}
		} catch {
			// as in write()
		}
		this.#broken = true;
	}

	/** Keeps a block to be written from piece `index` on. `rest` is the number of bytes from there. */
	private holdBlock(block: Block, index: number, rest: number): void {
		this.#pending = true;
		this.#heldNumber = ++this.#views.blocksHeld;
		this.#block = block;
		this.#index = index;
		this.#bytesLeft = rest;
	}

	private closeSource(): void {
		const source = this.#source;
		this.#source = undefined;
		this.#wake = noop;
		this.#views.clear();
		if (source) this.#owner.runHook(() => source.close());
	}
}

function join(head: ArrayBuffer, body: Bytes): Uint8Array {
	const joined = new Uint8Array(head.byteLength + body.byteLength);
	joined.set(new Uint8Array(head));
	joined.set(view(body, 0, body.byteLength), head.byteLength);
	return joined;
}

function noop(): void {}
