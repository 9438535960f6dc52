import type { Frame } from "../camera/frame.ts";
import type { FrameSink, FrameSource } from "../camera/source.ts";
import type { Response } from "../http/response.ts";
import { Boundary } from "./boundary.ts";
import { Part } from "./part.ts";
import type { PartWriter } from "./part-writer.ts";
import { Viewer } from "./viewer.ts";

/**
 * A live MJPEG stream: one source of frames, any number of viewers. It watches the source while there is a viewer. No
 * viewer waits for another: see `Viewer`.
 *
 * @example
 * const stream = new MjpegStream(camera);
 * router.get("/stream", () => stream.respond());
 */
export class MjpegStream implements FrameSink {
	#source: FrameSource;
	/** A new array whenever it changes, so that the loop for each frame needs no copy. */
	#viewers: readonly Viewer[] = [];
	/**
	 * Pictures in the heap that are no longer the newest, and that slow viewers are still receiving; the oldest first.
	 */
	#kept: readonly Frame[] = [];
	#frames = 0;
	#joined = 0;

	// Every viewer reads these at every frame. They are fields because a getter is a call. Only the stream sets them.
	/** Undefined before the first frame. Its frame may be lost since. */
	newest: Part | undefined;
	/** Whether the source has no more frames. */
	ended = false;
	#boundary: Boundary | undefined;

	constructor(source: FrameSource) {
		this.#source = source;
	}

	/** What separates the parts. It is made for the first viewer: a board has good random numbers only with Wi-Fi. */
	get boundary(): Boundary {
		return (this.#boundary ??= new Boundary());
	}

	/** The current viewers. */
	get viewers(): readonly Viewer[] {
		return this.#viewers;
	}

	/** Frames offered to the viewers so far. */
	get frames(): number {
		return this.#frames;
	}

	/**
	 * Returns the response that streams to one more viewer, until the viewer disconnects or the stream ends.
	 *
	 * @param address The viewer's address, for programs that show who watches.
	 */
	respond(address?: string): Response {
		return this.join(address).response;
	}

	/**
	 * Adds a viewer, whose `response` is to be sent.
	 *
	 * @param writer Writes this viewer's parts, if they differ from those that all others get.
	 */
	join(address?: string, writer?: PartWriter): Viewer {
		const viewer = new Viewer(this, ++this.#joined, address, writer);
		this.#viewers = this.#viewers.concat(viewer);
		if (this.#viewers.length > 1 || this.ended) return viewer;
		try {
			this.#source.watch(this);
		} catch (error) {
			// Otherwise the next viewer would not be the first, and would get nothing.
			this.#viewers = [];
			throw error;
		}
		return viewer;
	}

	/** Removes a viewer. Stops watching the source if it was the last. */
	leave(viewer: Viewer): void {
		if (!this.#viewers.includes(viewer)) return;
		this.#viewers = this.#viewers.filter((other) => other !== viewer);
		if (!this.#viewers.length) {
			this.#source.unwatch(this);
			this.#kept = [];
			this.forget();
		}
	}

	onFrame(frame: Frame): void {
		const last = this.newest?.frame;
		frame.retain();
		this.forget();
		if (last?.held && last.heapBytes > 0) this.#kept = this.#kept.concat(last);
		if (this.#kept.length) {
			this.dropHeldPictures(frame.heapBytes);
			if (!this.#viewers.length) return frame.release();
		}
		const part = new Part(frame, this.boundary);
		this.newest = part;
		this.#frames++;
		const viewers = this.#viewers;
		for (let i = 0; i < viewers.length; i++) viewers[i].offer(part);
	}

	onNeeded(frame: Frame): void {
		const viewers = this.#viewers;
		for (let i = 0; i < viewers.length; i++) {
			if (viewers[i].holds(frame)) viewers[i].drop();
		}
	}

	onEnd(): void {
		this.ended = true;
		this.forget();
		this.#viewers.forEach((viewer) => viewer.notify());
	}

	/**
	 * Each slow client may keep a different picture in the heap. They may as long as that leaves room for one more of
	 * the newest's size; otherwise, this drops those that have had theirs for longest.
	 */
	private dropHeldPictures(bytes: number): void {
		const kept = this.#kept.filter(({ held }) => held);
		while (kept.length > 0 && this.#viewers.length > 0 && !this.#viewers[0].freeMemory(bytes))
			this.onNeeded(kept.shift()!);
		this.#kept = kept;
	}

	private forget(): void {
		this.newest?.frame.release();
		this.newest = undefined;
	}
}
