import { Frame } from "../camera/frame.ts";
import { stillFrame } from "../camera/still-frame.ts";
import type { Block, BodyOwner } from "../http/body.ts";
import type { Bytes } from "../http/io.ts";
import { IteratorSource } from "../http/iterator-source.ts";
import type { Response } from "../http/response.ts";
import { Boundary } from "./boundary.ts";
import { Part } from "./part.ts";
import { streamResponse } from "./stream-response.ts";

/** A picture of a stream: a camera's frame, or a JPEG that a program has. */
export type Picture = Frame | Bytes;

/**
 * Creates a response that streams the values of an async iterable, such as a generator of the program's own. Each
 * viewer has its own, which is asked for the next picture when the viewer's socket has taken the previous one. A
 * picture is borrowed until then, and its producer may reuse it afterwards. The iterable is closed when the viewer
 * disconnects.
 *
 * If all viewers are to see the same, a `MjpegStream` makes each picture once.
 *
 * @example
 * async function* frames() {
 * 	for await (const frame of camera.frames())
 * 		yield frame;
 * }
 * router.get("/video_feed", () => mjpeg(frames()));
 */
export function mjpeg(pictures: AsyncIterable<Picture>): Response {
	const boundary = new Boundary();
	return streamResponse({ open: (reporter) => new GeneratedParts(pictures, reporter, boundary) }, boundary);
}

/**
 * The pictures as body parts, made directly from the iterator: another iterator between the two would cost every viewer
 * a promise, and the functions that settle it.
 */
class GeneratedParts extends IteratorSource<Picture> {
	/** The frame being sent, or about to be. */
	#frame: Frame | undefined;
	#begun = false;
	readonly #boundary: Boundary;

	constructor(pictures: AsyncIterable<Picture>, owner: BodyOwner, boundary: Boundary) {
		super(pictures, owner);
		this.#boundary = boundary;
	}

	protected override blockOf(value: Picture): Block | undefined {
		if (value instanceof Frame && value.lost) return undefined;
		this.#frame = value instanceof Frame ? value.retain() : stillFrame(value);
		const part = new Part(this.#frame, this.#boundary);
		const first = !this.#begun;
		this.#begun = true;
		return first ? part.first(this.#boundary) : part.next;
	}

	protected override takeBack(): void {
		this.#frame?.release();
		this.#frame = undefined;
	}
}
