import type { State } from "../../src/state/state.ts";
import type { Values } from "../controls/change-queue.ts";
import { Retry } from "./retry.ts";

/** Milliseconds without an event after which the connection is taken for dead: the state comes every second. */
const SILENCE_TIMEOUT_MS = 5_000;

export interface EventsOptions {
	/** Once for each connection, with its first event. */
	onConnected(): void;
	/** Once for each connection that was; and when the first cannot be had. */
	onLost(): void;
	onState(state: State): void;
	onControls(values: Values): void;
}

/**
 * `/api/events`. EventSource would reconnect by itself, but not after an answer like 503, and it does not notice a
 * peer that vanished.
 */
export class Events {
	readonly #options: EventsOptions;
	readonly #retry = new Retry();
	#source: EventSource | undefined;
	/** Of what is to happen next: the connection is given up, or another begins. */
	#timer: number | undefined;
	#connected: boolean | undefined;

	constructor(options: EventsOptions) {
		this.#options = options;
		this.start();
	}

	start(): void {
		if (this.#timer === undefined) this.#connect();
	}

	/** Ends the connection, and tells nobody. */
	stop(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#source?.close();
		this.#connected = undefined;
	}

	/** The device can be reached: where the connection was lost, it is tried now. */
	hurry(): void {
		if (this.#connected !== false || this.#timer === undefined) return;
		clearTimeout(this.#timer);
		this.#source?.close();
		this.#connect();
	}

	#connect(): void {
		const source = (this.#source = new EventSource("/api/events"));
		source.addEventListener("state", ({ data }) => {
			this.#alive();
			this.#options.onState(JSON.parse(data as string) as State);
		});
		source.addEventListener("controls", ({ data }) => {
			this.#alive();
			this.#options.onControls(JSON.parse(data as string) as Values);
		});
		source.onerror = () => this.#lost();
		this.#watch();
	}

	#watch(): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#lost(), SILENCE_TIMEOUT_MS);
	}

	#alive(): void {
		this.#watch();
		if (this.#connected) return;
		this.#connected = true;
		this.#retry.succeeded();
		this.#options.onConnected();
	}

	#lost(): void {
		clearTimeout(this.#timer);
		this.#source?.close();
		if (this.#connected !== false) this.#options.onLost();
		this.#connected = false;
		this.#timer = setTimeout(() => this.#connect(), this.#retry.next());
	}
}
