import Timer from "timer";
import type { Controls } from "../controls/controls.ts";
import { EventStream } from "../http/event-stream.ts";
import type { Response } from "../http/response.ts";
import type { State } from "../state/state.ts";

/** Milliseconds between two states. */
const INTERVAL_MS = 1_000;

/**
 * `/api/events`: the state once a second, and the controls whenever they change, so that two open pages agree. It does
 * nothing while nobody listens.
 */
export class Events {
	readonly #clients: EventStream[] = [];
	readonly #controls: Controls;
	readonly #state: () => State;
	#timer: Timer | undefined;

	constructor(controls: Controls, state: () => State) {
		this.#controls = controls;
		this.#state = state;
		controls.onChange(() => this.tellControls(this.#clients));
	}

	/** Returns the response to one more client. It receives the state and the controls at once, then what changes. */
	respond(): Response {
		const client = new EventStream(() => this.left(client));
		this.#clients.push(client);
		client.send("state", JSON.stringify(this.#state()));
		this.tellControls([client]);
		this.#timer ??= Timer.repeat(() => this.tellState(), INTERVAL_MS);
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

	private tellState(): void {
		EventStream.broadcast(this.#clients, "state", JSON.stringify(this.#state()));
	}

	private tellControls(clients: readonly EventStream[]): void {
		if (!clients.length) return;
		EventStream.broadcast(clients, "controls", JSON.stringify(this.values()));
	}

	/** Returns no values while the camera restarts, since it comes back with the same. */
	private values(): Readonly<Record<string, unknown>> {
		try {
			return this.#controls.values();
		} catch {
			return {};
		}
	}
}
