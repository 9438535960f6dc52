import type { Block, BodyOwner } from "../http/body.ts";
import { EventStream } from "../http/event-stream.ts";
import type { Bytes } from "../http/io.ts";
import type { Response } from "../http/response.ts";
import type { PartWriter } from "./part-writer.ts";
import type { MjpegStream } from "./stream.ts";
import { streamResponse } from "./stream-response.ts";
import type { Viewer } from "./viewer.ts";

/** The opening delimiter is sent with the first event. */
const NEXT: PartWriter = Object.freeze({ plain: true, write: ({ next }) => next });

/**
 * Events as parts of a stream, between those of its pictures: one connection for both. Each has the type application/json
 * and its name in the field X-Event. They go before the next picture, and also come while there is none. The first one
 * has to be sent before the response.
 *
 * @example
 * const client = new PartEvents(stream, () => clients.delete(client));
 * client.watch(request.remoteAddress);
 * client.send("state", JSON.stringify(state));
 * return client.response;
 */
export class PartEvents extends EventStream {
	readonly #stream: MjpegStream;
	#viewer: Viewer | undefined;
	#opened = false;

	/** @param onClose Called once, when the client disconnects. */
	constructor(stream: MjpegStream, onClose: () => void) {
		super(onClose);
		this.#stream = stream;
	}

	/** Two sources and a queue in place of one source: 124 slots or 132 instead of 101. */
	get slots(): number {
		return 32;
	}

	/** Adds the pictures. `address` is the viewer's, for programs that show who watches. */
	watch(address?: string): void {
		this.#viewer = this.#stream.join(address, NEXT);
	}

	override get response(): Response {
		return streamResponse(this, this.#stream.boundary);
	}

	override begin(owner: BodyOwner): void {
		super.begin(owner);
		this.#viewer?.begin(owner);
	}

	/** There is none: between two parts, nothing can be sent that every client ignores. */
	override heartbeat(): Block | undefined {
		return this.#viewer?.heartbeat();
	}

	override close(): void {
		super.close();
		this.#viewer?.close();
	}

	protected override encode(name: string, data: string): readonly Bytes[] {
		const content = ArrayBuffer.fromString(data);
		const head = "Content-Type: application/json\r\nContent-Length: ".concat(
			String(content.byteLength),
			"\r\nX-Event: ",
			name,
			"\r\n\r\n",
		);
		return [ArrayBuffer.fromString(head), content, this.#stream.boundary.delimiter];
	}

	protected override take(): readonly Bytes[] {
		this.#viewer?.takeBack();
		const events = super.take();
		if (this.#opened) return events;
		this.#opened = true;
		return ([this.#stream.boundary.opening] as Bytes[]).concat(events);
	}

	protected override pullOther(wake: () => void): Block | undefined | null {
		return this.#viewer?.pull(wake);
	}
}
