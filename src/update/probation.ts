import Timer from "timer";
import type { Camera } from "../camera/camera.ts";
import type { System } from "../state/state.ts";

/** Milliseconds that new firmware has to prove itself. */
export const PATIENCE_MS = 300_000;

/** Milliseconds between two looks. */
const INTERVAL_MS = 1_000;

export interface ProbationOptions {
	readonly camera: Camera;
	readonly system: System;
	/** Milliseconds. */
	readonly patience: number;
	onProven(): void;
	/** @param lacking What it has not proven, in words. */
	onFailed(lacking: string): void;
}

/**
 * New firmware proves itself: it has an address, the camera has given a frame, and a request was answered. Without one of
 * these nobody could install better firmware, or would want this.
 */
export class Probation {
	readonly #options: ProbationOptions;
	readonly #timer: Timer;
	#left: number;
	#answered = false;
	#framed = false;
	#capturing = false;

	constructor(options: ProbationOptions) {
		this.#options = options;
		this.#left = options.patience;
		this.#timer = Timer.repeat(() => this.look(), INTERVAL_MS);
	}

	/** Milliseconds left. */
	get left(): number {
		return this.#left;
	}

	/** What it has not proven yet, in words; undefined if it has proven everything. */
	get lacking(): string | undefined {
		const { system } = this.#options;
		if (system.address === undefined) return "an address in the network";
		if (!this.#framed) return "a frame of the camera";
		return this.#answered ? undefined : "a request that it has answered";
	}

	/** Called when a request was answered. */
	answered(): void {
		this.#answered = true;
	}

	private look(): void {
		this.capture();
		this.#left -= INTERVAL_MS;
		const { lacking } = this;
		if (lacking !== undefined && this.#left > 0) return;
		Timer.clear(this.#timer);
		if (lacking === undefined) this.#options.onProven();
		else this.#options.onFailed(lacking);
	}

	/** Asks for a frame, until there was one. */
	private capture(): void {
		if (this.#framed || this.#capturing) return;
		this.#capturing = true;
		this.#options.camera.capture().then(
			(frame) => {
				frame.release();
				this.#framed = true;
			},
			() => (this.#capturing = false),
		);
	}
}
