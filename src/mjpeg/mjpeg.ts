import { Frame } from "../camera/frame.ts";
import { stillFrame } from "../camera/still-frame.ts";
import type { Block, BodySource } from "../http/body.ts";
import type { Bytes } from "../http/io.ts";
import type { Reporter } from "../http/reporter.ts";
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
	return streamResponse({ open: reporter => new GeneratedParts(pictures, reporter) });
}

/**
 * The pictures as body parts, made of the iterator directly: each iterator between the two would cost every viewer a
 * promise, and the functions that settle it.
 */
class GeneratedParts implements BodySource {
	readonly #pictures: AsyncIterator<Picture>;
	readonly #reporter: Reporter;
	/** The frame being sent, or about to be. */
	#frame: Frame | undefined;
	/** Its part, until it is asked for; null at the end. */
	#part: Block | undefined | null;
	#begun = false;
	#failure: { readonly error: unknown } | undefined;
	/** While a picture is waited for. */
	#wake: (() => void) | undefined;

	constructor(pictures: AsyncIterable<Picture>, reporter: Reporter) {
		this.#pictures = pictures[Symbol.asyncIterator]();
		this.#reporter = reporter;
	}

	pull(wake: () => void): Block | undefined | null {
		if (this.#failure)
			throw this.#failure.error;
		const part = this.#part;
		if (part !== undefined) {
			this.#part = undefined;
			return part;
		}
		this.takeBack();
		this.#wake = wake;
		this.#pictures.next().then(this.#onNext, this.#onFailure);
		return undefined;
	}

	/** Does not wait: a generator that is suspended at an `await` cleans up only when that settles. */
	close(): void {
		this.#wake = undefined;
		this.#part = undefined;
		this.takeBack();
		Promise.resolve(this.#pictures.return?.()).catch((error: unknown) => this.#reporter.report(error));
	}

	// Two functions for the stream's life, none for a picture.
	readonly #onNext = ({ done, value }: IteratorResult<Picture>): void => {
		const wake = this.#wake;
		if (!wake)
			return; // closed meanwhile: what came too late to be sent is its maker's to release
		if (done)
			this.#part = null;
		else if (!(value instanceof Frame && value.lost)) {
			this.#frame = value instanceof Frame ? value.retain() : stillFrame(value);
			const part = new Part(this.#frame);
			this.#part = this.#begun ? part.next : part.first;
			this.#begun = true;
		}
		wake();
	};

	readonly #onFailure = (error: unknown): void => {
		if (!this.#wake)
			return this.#reporter.report(error);
		this.#failure = { error };
		this.#wake();
	};

	private takeBack(): void {
		this.#frame?.release();
		this.#frame = undefined;
	}
}
