import type { State } from "../../src/state/state.ts";
import type { Values } from "../controls/change-queue.ts";
import { readStateAndControls } from "./api.ts";
import { sleep } from "./sleep.ts";

/** The pause between two requests. Each takes a place for a moment only. */
const PAUSE_MS = 1_000;

export interface PollingOptions {
	/** Called with each picture, and when it was captured, in seconds of the device's clock. */
	onPicture(jpeg: Blob, timestamp: number): void;
	/** Called with the device's state, and the values of its controls, after each picture. */
	onState(state: State, controls: Values): void;
}

/** Asks for everything each second, while all places for streams are taken. */
export class Polling {
	readonly #options: PollingOptions;
	#running: AbortController | undefined;

	constructor(options: PollingOptions) {
		this.#options = options;
	}

	get running(): boolean {
		return this.#running !== undefined;
	}

	/** @param pictures Whether to ask for pictures as well. */
	start(pictures: boolean): void {
		if (!this.#running) void this.#run((this.#running = new AbortController()).signal, pictures);
	}

	stop(): void {
		this.#running?.abort();
		this.#running = undefined;
	}

	async #run(running: AbortSignal, pictures: boolean): Promise<void> {
		while (!running.aborted) {
			try {
				if (!pictures || (await this.#picture(running))) {
					const { controls, ...state } = await readStateAndControls();
					if (!running.aborted) this.#options.onState(state, controls);
				}
			} catch {
				// The stream's own attempts tell why.
			}
			await sleep(PAUSE_MS, running);
		}
	}

	/** Resolves to whether there was one. */
	async #picture(running: AbortSignal): Promise<boolean> {
		const response = await fetch("capture", { signal: running, cache: "no-store" });
		if (!response.ok) return false;
		const jpeg = await response.blob();
		this.#options.onPicture(jpeg, Number(response.headers.get("x-timestamp")));
		return true;
	}
}
