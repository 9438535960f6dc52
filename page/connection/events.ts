import type { State } from "../../src/state/state.ts";
import type { Values } from "../controls/change-queue.ts";
import { Retry } from "./retry.ts";

/** The time without an event after which the connection counts as dead: the state comes every second. */
const SILENCE_TIMEOUT_MS = 5_000;

export interface EventsOptions {
	/** Called once for each connection, with its first event. */
	onConnected(): void;
	/** Called once for each connection that is lost, and when the first attempt fails. */
	onLost(): void;
	/** Called each time that a connection is given up because nothing comes, although it has not failed. */
	onSilence(): void;
	onState(state: State): void;
	onControls(values: Values): void;
}

/**
 * Reads `/api/events`. EventSource reconnects by itself, but not after a response such as 503, and it does not notice
 * that a peer has vanished.
 */
export class Events {
	readonly #options: EventsOptions;
	readonly #retry = new Retry();
	#source: EventSource | undefined;
	/** The timer that gives up the connection, or opens another. */
	#timer: number | undefined;
	#connected: boolean | undefined;

	constructor(options: EventsOptions) {
		this.#options = options;
		this.start();
	}

	start(): void {
		if (this.#timer === undefined) this.#connect();
	}

	/** Ends the connection without calling `onLost`. */
	stop(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#source?.close();
		this.#connected = undefined;
	}

	/** Tries a lost connection again at once, because the device is known to be reachable. */
	hurry(): void {
		if (this.#connected !== false || this.#timer === undefined) return;
		clearTimeout(this.#timer);
		this.#source?.close();
		this.#connect();
	}

	#connect(): void {
		const source = (this.#source = new EventSource("api/events"));
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
		this.#timer = setTimeout(() => {
			this.#lost();
			this.#options.onSilence();
		}, SILENCE_TIMEOUT_MS);
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
