import { Frame } from "../camera/frame.ts";
import { stillFrame } from "../camera/still-frame.ts";
import type { Bytes } from "../http/io.ts";
import type { Response } from "../http/response.ts";
import { Part } from "./part.ts";
import { streamResponse } from "./stream-response.ts";

/** What a stream can be made of: frames of a camera, or JPEGs that a program has. */
export type Picture = Frame | Bytes;

/**
 * A response that streams what an async iterable yields, such as a generator of the program's own: one for each
 * viewer, asked for the next picture when the viewer's socket has taken the one before. A picture is borrowed until
 * then, and may be used again by who made it. The iterable is closed when the viewer leaves.
 *
 * Where all viewers are to see the same, a `MjpegStream` makes each picture once.
 *
 * @example
 * async function* frames() {
 * 	for await (const frame of camera.frames())
 * 		yield frame;
 * }
 * router.get("/video_feed", () => mjpeg(frames()));
 */
export function mjpeg(pictures: AsyncIterable<Picture>): Response {
	return streamResponse(new PartIterator(pictures));
}

type Result = IteratorResult<readonly Bytes[], undefined>;

/** The pictures as body parts. */
class PartIterator implements AsyncIterableIterator<readonly Bytes[]> {
	readonly #pictures: AsyncIterator<Picture>;
	/** The frame being sent. */
	#frame: Frame | undefined;
	#begun = false;
	#closed = false;

	constructor(pictures: AsyncIterable<Picture>) {
		this.#pictures = pictures[Symbol.asyncIterator]();
	}

	[Symbol.asyncIterator](): this {
		return this;
	}

	next(): Promise<Result> {
		this.takeBack();
		return this.#pictures.next().then(this.#toPart);
	}

	async return(): Promise<Result> {
		this.#closed = true;
		this.takeBack();
		await this.#pictures.return?.();
		return { done: true, value: undefined };
	}

	// One function for the stream's life, none for a picture.
	readonly #toPart = ({ done, value }: IteratorResult<Picture>): Result | Promise<Result> => {
		// What came too late to be sent is its maker's to release.
		if (done || this.#closed)
			return { done: true, value: undefined };
		if (value instanceof Frame && value.lost)
			return this.next();
		this.#frame = value instanceof Frame ? value.retain() : stillFrame(value);
		const part = new Part(this.#frame);
		const first = !this.#begun;
		this.#begun = true;
		return { done: false, value: first ? part.first : part.next };
	};

	private takeBack(): void {
		this.#frame?.release();
		this.#frame = undefined;
	}
}
