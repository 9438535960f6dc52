import { Frame } from "yieldcam/camera/frame";
import { FrameIterator } from "yieldcam/camera/frame-iterator";
import type { FrameSink, FrameSource } from "yieldcam/camera/source";
import { stillFrame } from "yieldcam/camera/still-frame";
import type { Picture } from "yieldcam/mjpeg/mjpeg";
import { jpegSize } from "./jpeg-size.ts";
import { RepeatNewest } from "./repeat-newest.ts";

/**
 * A source of frames that a program writes to: images that it draws, reads from files, or is sent. Whoever watches
 * sees the newest at once, and each further one as it is written; nothing is queued.
 *
 * @example
 * const pictures = new PictureSource();
 * const stream = new MjpegStream(pictures);
 * router.get("/stream", () => stream.respond());
 * pictures.write(jpeg);
 */
export class PictureSource implements FrameSource {
	#sinks: FrameSink[] = [];
	#newest: Frame | undefined;
	#written = 0;
	#closed = false;
	#repeat: RepeatNewest | undefined;

	/** How many watch: a program may spare itself what nobody sees. */
	get watchers(): number {
		return this.#sinks.length;
	}

	/** Pictures written so far. */
	get written(): number {
		return this.#written;
	}

	/** The one written last. It is borrowed: who keeps it longer than this turn retains it. */
	get newest(): Frame | undefined {
		return this.#newest;
	}

	/**
	 * Shows this picture from now on: a JPEG, which is kept, not copied, and must stay as it is until nobody sends it
	 * any more; or a frame, of a camera for instance, which is retained.
	 *
	 * @param timestamp Microseconds; of the wall clock unless told. A frame has its own.
	 * @throws RangeError for what is no whole JPEG, with what is wrong with it.
	 */
	write(picture: Picture, timestamp?: number): void {
		this.show(picture instanceof Frame ? picture.retain() : frameOf(picture, timestamp));
	}

	/** Shows a frame that the program has made; from now on it is the source's to release. */
	show(frame: Frame): void {
		if (this.#closed) {
			frame.release();
			throw new Error("the source is closed");
		}
		this.#newest?.release();
		this.#newest = frame;
		this.#written++;
		for (const sink of this.#sinks.slice()) sink.onFrame(frame);
	}

	/**
	 * Frames as they are written, the newest whenever the loop is ready for one; and the same once more where there
	 * is no other for long. It throws where there is none at all. See `Loops`.
	 */
	frames(): AsyncIterableIterator<Frame> {
		return new FrameIterator((this.#repeat ??= new RepeatNewest(this, this)));
	}

	watch(sink: FrameSink): void {
		if (this.#closed) return sink.onEnd();
		this.#sinks.push(sink);
		if (this.#newest) sink.onFrame(this.#newest);
	}

	unwatch(sink: FrameSink): void {
		const index = this.#sinks.indexOf(sink);
		if (index >= 0) this.#sinks.splice(index, 1);
	}

	/** Lets go of the picture there is: who begins to watch waits for another. */
	forget(): void {
		this.#newest?.release();
		this.#newest = undefined;
	}

	/** There will be no more: streams of it end. */
	close(): void {
		this.#closed = true;
		this.forget();
		const sinks = this.#sinks;
		this.#sinks = [];
		for (const sink of sinks) sink.onEnd();
	}
}

function frameOf(jpeg: ArrayBuffer | Uint8Array, timestamp: number | undefined): Frame {
	const size = jpegSize(jpeg instanceof Uint8Array ? jpeg : new Uint8Array(jpeg));
	if ("fault" in size) throw new RangeError(`no whole JPEG: ${size.fault}`);
	return stillFrame(jpeg, size, timestamp);
}
