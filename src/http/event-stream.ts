import { type Block, type BodyOwner, type BodySource, LARGE, listLength } from "./body.ts";
import type { Bytes } from "./io.ts";
import { Response } from "./response.ts";

interface Event {
	readonly name: string;
	/** The event as it is sent. */
	readonly pieces: readonly Bytes[];
}

/**
 * Server-sent events (HTML Living Standard, 9.2) for one client: the body of its response. Only the latest event of
 * each kind waits to be sent, so a slow client costs no more than a quick one.
 *
 * @example
 * router.get("/events", () => {
 * 	const events = new EventStream(() => clients.delete(events));
 * 	clients.add(events);
 * 	return events.response;
 * });
 */
export class EventStream implements BodySource {
	readonly #onClose: () => void;
	#waiting: Event[] = [];
	#owner: BodyOwner | undefined;
	/** Undefined while something is being sent: events are held until it is. */
	#wake: (() => void) | undefined;

	/** @param onClose Called once, when the client disconnects. */
	constructor(onClose: () => void) {
		this.#onClose = onClose;
	}

	/** The response to send: its body is this stream, which can be sent once. */
	get response(): Response {
		return new Response(this, { headers: { "Content-Type": "text/event-stream" } });
	}

	/** Sends an event as soon as there is room. `data` must not contain line ends; JSON.stringify makes none. */
	send(name: string, data: string): void {
		EventStream.broadcast([this], name, data);
	}

	/** Sends an event to several clients of one form, which share the memory that it takes. */
	static broadcast(clients: readonly EventStream[], name: string, data: string): void {
		if (clients.length === 0) return;
		if (data.length >= LARGE) {
			const owner = clients.map((client) => client.#owner).find((each) => each !== undefined);
			if (owner && !owner.freeMemory(data.length))
				return clients.slice().forEach((client) => client.#owner?.abort());
		}
		const event = { name, pieces: clients[0].encode(name, data) };
		// A client may disconnect when it is woken.
		clients.slice().forEach((client) => client.put(event));
	}

	private put(event: Event): void {
		const owner = this.#owner,
			wake = this.#wake;
		// Each slow client may hold another event.
		if (!wake && owner && !owner.freeMemory(listLength(event.pieces))) return owner.abort();
		this.#waiting = this.#waiting.filter(({ name }) => name !== event.name);
		this.#waiting.push(event);
		this.#wake = undefined;
		wake?.();
	}

	begin(owner: BodyOwner): void {
		this.#owner = owner;
	}

	pull(wake: () => void): Block | undefined | null {
		const block = this.#waiting.length ? this.take() : this.pullOther(wake);
		this.#wake = block === undefined ? wake : undefined;
		return block;
	}

	/** Returns a comment, which clients ignore (9.2.6). */
	heartbeat(): Block | undefined {
		return ArrayBuffer.fromString(":\n\n");
	}

	close(): void {
		this.#wake = undefined;
		this.#onClose();
	}

	/** Returns an event as clients of this form receive it. That of large data is in pieces, so as not to copy its text. */
	protected encode(name: string, data: string): readonly Bytes[] {
		return data.length < LARGE
			? [ArrayBuffer.fromString(`event: ${name}\ndata: ${data}\n\n`)]
			: [`event: ${name}\ndata: `, data, "\n\n"].map((text) => ArrayBuffer.fromString(text));
	}

	/** Returns the events that wait, which are sent next. */
	protected take(): readonly Bytes[] {
		const events = this.#waiting;
		this.#waiting = [];
		return events.flatMap(({ pieces }) => pieces);
	}

	/** Returns what there is to send beside events, as `pull` does. */
	protected pullOther(_wake: () => void): Block | undefined | null {
		return undefined;
	}
}
