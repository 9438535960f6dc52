import type { State } from "../../src/state/state.ts";
import type { Values } from "../controls/change-queue.ts";
import { LiveStream, type Loss } from "./live-stream.ts";
import type { Part } from "./multipart-parser.ts";
import { Polling } from "./polling.ts";

/**
 * What the page gets from the device. The bytes are those of /stream under another type, since WebKit cancels a fetch of
 * multipart/x-mixed-replace, and events between them.
 */
const ADDRESSES = { pictures: "api/stream?events", events: "api/stream?events=only" } as const;

/** "pictures" are pictures and events. */
export type Wanted = keyof typeof ADDRESSES | "nothing";

export interface LinkOptions {
	/** Called with each picture, and when it was captured, in seconds of the device's clock. */
	onPicture(jpeg: Blob, timestamp: number): void;
	onState(state: State): void;
	onControls(values: Values): void;
	/** Called when the device's events arrive, perhaps again. */
	onConnected(): void;
	/** Called each time that the stream has ended or did not begin. It is requested again after a pause. */
	onLost(loss: Loss): void;
}

/**
 * The page's connection to the device: one stream, with pictures and events. If there is no place for it, the page asks
 * for a picture, the state and the controls each second.
 */
export class Link {
	readonly #options: LinkOptions;
	readonly #stream: LiveStream;
	readonly #polling: Polling;
	#wanted: Wanted = "nothing";
	#told: boolean | undefined;
	#loss: Loss | undefined;
	/** When the last picture was captured. */
	#newest: number | undefined;

	constructor(options: LinkOptions) {
		this.#options = options;
		this.#stream = new LiveStream({
			onPart: (part) => this.#take(part),
			onLost: (loss) => this.#lost(loss),
		});
		this.#polling = new Polling({
			onPicture: (jpeg, timestamp) => options.onPicture(jpeg, timestamp),
			onState: (state, controls) => {
				this.#connected();
				options.onState(state);
				options.onControls(controls);
			},
		});
	}

	/** Whether the device's events arrive, or undefined if it is not known yet. */
	get told(): boolean | undefined {
		return this.#told;
	}

	/** Why there is no stream. */
	get loss(): Loss | undefined {
		return this.#loss;
	}

	/** Whether it asks each second, since all places for streams are taken. */
	get polls(): boolean {
		return this.#polling.running;
	}

	/** Begins to get something else. "nothing" ends the connection, so that others can use its place. */
	set wanted(wanted: Wanted) {
		if (wanted === this.#wanted) return;
		this.#wanted = wanted;
		this.#polling.stop();
		this.#loss = undefined;
		if (wanted === "nothing") {
			this.#stream.stop();
			this.#told = undefined;
		} else this.#stream.start(ADDRESSES[wanted]);
	}

	/** Requests a lost stream again at once. */
	hurry(): void {
		if (this.#loss !== undefined) this.#stream.restart();
	}

	#take({ fields, content }: Part): void {
		this.#polling.stop();
		this.#loss = undefined;
		const event = fields.get("x-event");
		if (event === undefined) {
			const timestamp = Number(fields.get("x-timestamp"));
			// The last picture again: there is no new one, and the device checks whether the viewer is still there.
			if (timestamp === this.#newest) return;
			this.#newest = timestamp;
			this.#options.onPicture(new Blob([content], { type: "image/jpeg" }), timestamp);
			return;
		}
		this.#connected();
		const value: unknown = JSON.parse(new TextDecoder().decode(content));
		if (event === "state") this.#options.onState(value as State);
		else if (event === "controls") this.#options.onControls(value as Values);
	}

	#connected(): void {
		if (this.#told) return;
		this.#told = true;
		this.#options.onConnected();
	}

	#lost(loss: Loss): void {
		this.#newest = undefined;
		this.#loss = loss;
		if (loss.busy) this.#polling.start(this.#wanted === "pictures");
		else this.#polling.stop();
		if (!this.#polling.running) this.#told = false;
		this.#options.onLost(loss);
	}
}
