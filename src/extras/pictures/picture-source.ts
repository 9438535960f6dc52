import { Frame } from "yieldcam/camera/frame";
import { FrameIterator } from "yieldcam/camera/frame-iterator";
import type { FrameSink, FrameSource } from "yieldcam/camera/source";
import { stillFrame } from "yieldcam/camera/still-frame";
import type { Picture } from "yieldcam/mjpeg/mjpeg";
import { jpegSize } from "./jpeg-size.ts";
import { RepeatNewest } from "./repeat-newest.ts";

/**
 * A source of frames that a program writes to: images that it draws, reads from files, or receives. A viewer sees the
 * newest at once, and each further one as it is written; nothing is queued.
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

	/** Number of viewers. If it is 0, a program need not make pictures. */
	get watchers(): number {
		return this.#sinks.length;
	}

	/** Number of pictures written so far. */
	get written(): number {
		return this.#written;
	}

	/** The last picture written. It is borrowed: retain it to keep it longer than this turn of the event loop. */
	get newest(): Frame | undefined {
		return this.#newest;
	}

	/**
	 * Shows this picture from now on. A JPEG is kept, not copied, and must not change while it is still being sent. A
	 * frame, for example of a camera, is retained. Throws an Error if the source is closed.
	 *
	 * @param timestamp Microseconds. Default: the wall clock. A frame has its own.
	 * @throws RangeError if the picture is not a complete JPEG; the message says what is wrong.
	 */
	write(picture: Picture, timestamp?: number): void {
		this.show(picture instanceof Frame ? picture.retain() : frameOf(picture, timestamp));
	}

	/** Shows a frame that the program has made; the source releases it. Throws an Error if the source is closed. */
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
	 * Iterates over frames as they are written; each step yields the newest, and the same once more if there is no
	 * other for a long time. Throws if there is none at all. See RepeatNewest.
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

	/** Releases the current picture: a new viewer waits for another. */
	forget(): void {
		this.#newest?.release();
		this.#newest = undefined;
	}

	/** Ends all streams of this source. Later writes throw an Error. */
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
	if ("fault" in size) throw new RangeError(`not a complete JPEG: ${size.fault}`);
	return stillFrame(jpeg, size, timestamp);
}
