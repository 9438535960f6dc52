import { readState } from "../connection/api.ts";
import { sleep } from "../connection/sleep.ts";
import type { State } from "../../src/state/state.ts";

/** The pause between two stills. Each takes a place for a moment only. */
const PAUSE_MS = 1_000;

export interface StillsOptions {
	/** Called with each picture, and when it was captured, in seconds of the device's clock. */
	onStill(jpeg: Blob, timestamp: number): void;
	/** Called with the device's state after each picture. */
	onState(state: State): void;
}

/** Requests a picture each second, while all places for streams are taken. */
export class Stills {
	readonly #options: StillsOptions;
	#running: AbortController | undefined;

	constructor(options: StillsOptions) {
		this.#options = options;
	}

	get running(): boolean {
		return this.#running !== undefined;
	}

	start(): void {
		if (!this.#running) void this.#run((this.#running = new AbortController()).signal);
	}

	stop(): void {
		this.#running?.abort();
		this.#running = undefined;
	}

	async #run(running: AbortSignal): Promise<void> {
		while (!running.aborted) {
			try {
				const response = await fetch("capture", { signal: running, cache: "no-store" });
				if (response.ok) {
					const jpeg = await response.blob();
					this.#options.onStill(jpeg, Number(response.headers.get("x-timestamp")));
					const state = await readState();
					if (!running.aborted) this.#options.onState(state);
				}
			} catch {
				// The stream's own attempts tell why.
			}
			await sleep(PAUSE_MS, running);
		}
	}
}
