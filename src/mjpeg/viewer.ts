import { Rate } from "../camera/rate.ts";
import type { Block, BodyOwner, BodySource } from "../http/body.ts";
import type { Frame } from "../camera/frame.ts";
import type { Response } from "../http/response.ts";
import type { Boundary } from "./boundary.ts";
import type { Part } from "./part.ts";
import type { PartWriter } from "./part-writer.ts";
import type { MjpegStream } from "./stream.ts";
import { streamResponse } from "./stream-response.ts";

/**
 * One viewer of a stream: the body of its response. It holds a frame only while the socket takes it, and has no queue:
 * when it is ready for another, it gets the newest, and skips those in between. It is a BodySource rather than an
 * iterator, since it runs for each frame and each viewer.
 */
export class Viewer implements BodySource {
	#stream: MjpegStream;
	/** The last part that it was given. */
	#part: Part | undefined;
	/** Whether that part is still being sent. */
	#sending = false;
	#owner: BodyOwner | undefined;
	#wake: (() => void) | undefined;
	#sent = 0;
	#rate = new Rate();
	/** Frames of the stream before this viewer joined. */
	#before: number;

	/** A number that no other viewer of the stream has had. */
	readonly id: number;
	/** The peer's address, if it is known. */
	readonly address: string | undefined;
	/** Writes its parts; undefined if they are the same as everybody's. */
	readonly writer: PartWriter | undefined;

	constructor(stream: MjpegStream, id: number, address?: string, writer?: PartWriter) {
		this.#stream = stream;
		this.#before = stream.frames;
		this.id = id;
		this.address = address;
		this.writer = writer;
	}

	/** The response that streams to it, which can be sent once. */
	get response(): Response {
		return streamResponse(this, this.boundary);
	}

	/** What separates the parts of its stream. */
	get boundary(): Boundary {
		return this.#stream.boundary;
	}

	/** Frames handed to the socket so far. */
	get sent(): number {
		return this.#sent;
	}

	/** Frames that were over before the socket was ready for another. */
	get skipped(): number {
		return Math.max(0, this.#stream.frames - this.#before - this.#sent);
	}

	/** Returns the recent frames per second. `now` is the camera's clock. */
	rate(now: number): number {
		return this.#rate.perSecond(now);
	}

	begin(owner: BodyOwner): void {
		this.#owner = owner;
	}

	/** Reports whether the client is still receiving this frame. */
	holds(frame: Frame): boolean {
		return this.#sending && this.#part!.frame === frame;
	}

	/** Ensures that this many more bytes of the heap are free. Returns false if they are not. */
	freeMemory(bytes: number): boolean {
		return this.#owner?.freeMemory(bytes) ?? true;
	}

	/** Ends the connection, even in the middle of a part. */
	drop(): void {
		this.#owner?.abort();
	}

	pull(wake: () => void): Block | undefined | null {
		if (this.#sending) {
			// the same as takeBack
			this.#sending = false;
			this.#part!.frame.release();
		}
		const stream = this.#stream,
			part = stream.newest;
		if (!part || part === this.#part || part.frame.lost) {
			if (stream.ended) return null;
			this.#wake = wake;
			return undefined;
		}
		this.#rate.count(part.frame.timestamp);
		const block = this.write(part);
		this.#sent++;
		return block;
	}

	/** Sends the last frame again: nothing fits between two parts of a multipart body that every client would ignore. */
	heartbeat(): Block | undefined {
		const part = this.#stream.newest;
		if (!part || part !== this.#part || part.frame.lost) return undefined;
		this.takeBack();
		return this.write(part);
	}

	close(): void {
		this.#wake = undefined;
		this.takeBack();
		this.#stream.leave(this);
	}

	/**
	 * Called when there is a newer frame.
	 *
	 * @param part The frame as it is sent to most viewers.
	 */
	offer(part: Part): void {
		if (!this.#wake) return;
		const { writer } = this,
			{ next } = part;
		// A viewer that is ready for the frame gets it here. In most cases that is all that a frame costs it.
		if (
			(writer ? writer.plain : this.#sent > 0) &&
			this.#owner?.offer &&
			this.#owner.offer(next[0], next[1], next[2], part.size)
		) {
			this.#part = part;
			this.#rate.count(part.frame.timestamp);
			this.#sent++;
		} else this.notify();
	}

	/** Called when the stream has ended. */
	notify(): void {
		const wake = this.#wake;
		if (wake) {
			this.#wake = undefined;
			wake();
		}
	}

	private write(part: Part): Block {
		part.frame.retain();
		this.#part = part;
		this.#sending = true;
		return this.writer ? this.writer.write(part, this) : this.#sent ? part.next : part.first(this.boundary);
	}

	/** Releases the frame that it was given last. */
	takeBack(): void {
		if (this.#sending) {
			this.#sending = false;
			this.#part!.frame.release();
		}
	}
}
