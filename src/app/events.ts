import Timer from "timer";
import type { Controls } from "../controls/controls.ts";
import { EventStream } from "../http/event-stream.ts";
import type { Response } from "../http/response.ts";
import { PartEvents } from "../mjpeg/part-events.ts";
import type { MjpegStream } from "../mjpeg/stream.ts";
import type { State } from "../state/state.ts";

/** Milliseconds between two states. */
const INTERVAL_MS = 1_000;

/** What events are about: the app. */
export interface Reported {
	readonly controls: Controls;
	readonly state: State;
	readonly stream: MjpegStream;
}

/**
 * The state once a second, and the controls whenever they change, so that two open pages agree: as `/api/events`, and as
 * parts of `/api/stream`. It does nothing while nobody listens.
 */
export class Events {
	readonly #app: Reported;
	readonly #clients: EventStream[] = [];
	#timer: Timer | undefined;

	constructor(app: Reported) {
		this.#app = app;
		app.controls.onChange(() => this.tellControls(this.#clients));
	}

	/** Returns the response to one more client. It receives the state and the controls at once, then what changes. */
	respond(): Response {
		const client = new EventStream(() => this.left(client));
		return this.join(client);
	}

	/**
	 * Returns the response to one more client, as `respond` does, with the events as parts of the stream.
	 *
	 * @param pictures Whether to send the pictures as well.
	 * @param address The client's.
	 */
	respondInParts(pictures: boolean, address?: string): Response {
		const client = new PartEvents(this.#app.stream, () => this.left(client));
		if (pictures) client.watch(address);
		return this.join(client);
	}

	private join(client: EventStream): Response {
		this.#clients.push(client);
		try {
			this.tell([client], "state", this.#app.state);
			this.tellControls([client]);
		} catch (error) {
			// Nobody else would: the response is never sent.
			client.close();
			throw error;
		}
		this.#timer ??= Timer.repeat(() => this.tell(this.#clients, "state", this.#app.state), INTERVAL_MS);
		return client.response;
	}

	private left(client: EventStream): void {
		const index = this.#clients.indexOf(client);
		if (index >= 0) this.#clients.splice(index, 1);
		if (!this.#clients.length && this.#timer) {
			Timer.clear(this.#timer);
			this.#timer = undefined;
		}
	}

	private tellControls(clients: readonly EventStream[]): void {
		if (clients.length) this.tell(clients, "controls", this.values());
	}

	private tell(clients: readonly EventStream[], name: string, value: unknown): void {
		const data = JSON.stringify(value);
		[true, false].forEach((inParts) =>
			EventStream.broadcast(
				clients.filter((client) => client instanceof PartEvents === inParts),
				name,
				data,
			),
		);
	}

	/** Returns the values of the controls. Returns none while the camera restarts, since it comes back with the same. */
	values(): Readonly<Record<string, unknown>> {
		try {
			return this.#app.controls.values();
		} catch {
			return {};
		}
	}
}
