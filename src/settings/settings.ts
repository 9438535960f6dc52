import Timer from "timer";
import { ControlError } from "../controls/control-error.ts";
import type { ControlValue } from "../controls/control.ts";
import type { Controls } from "../controls/controls.ts";
import type { Store } from "./store.ts";

/** Milliseconds until a change is written. Flash wears, and a slider that is drawn makes many changes. */
const WRITE_DELAY_MS = 2_000;
/** Milliseconds until it is written although further changes follow. */
const MAX_WRITE_DELAY_MS = 10_000;

/** What is exported and imported. */
export interface Saved {
	/** Of this form. */
	readonly version: 1;
	/** The controls that are not at their defaults, by name. */
	readonly camera: Readonly<Record<string, ControlValue>>;
}

export interface SettingsOptions {
	readonly controls: Controls;
	readonly store: Store;
	/** Controls that somebody has set for this run, and that are not restored. */
	readonly fixed?: readonly string[];
	/** Whether to restore the controls that were saved; true unless told. Passwords always are: a device that was closed must not open because it crashed. */
	readonly restore?: boolean;
	/** Takes a line of text without its end. */
	log(line: string): void;
}

/**
 * Keeps the controls across restarts. What was saved and is no longer possible, because another sensor was
 * fitted, say, is reported and left out: a camera with the rest of its settings is better than none.
 */
export class Settings {
	readonly #controls: Controls;
	readonly #store: Store;
	readonly #log: (line: string) => void;
	#timer: Timer | undefined;
	#latest: Timer | undefined;
	#access: unknown;

	constructor({ controls, store, fixed = [], restore = true, log }: SettingsOptions) {
		this.#controls = controls;
		this.#store = store;
		this.#log = log;
		const camera = this.read();
		if (restore) this.restore(camera, fixed);
		controls.onChange(() => this.schedule());
	}

	/** What there is to save. Throws while the camera restarts. */
	export(): Saved {
		return { version: 1, camera: this.#controls.changed() };
	}

	/** Of the members of what is exported, at any depth. */
	get names(): string[] {
		return ["version", "camera"].concat(this.#controls.names);
	}

	/** What is wrong with a name that no control has. */
	unknown(name: string): ControlError {
		return this.#controls.unknown(name);
	}

	/**
	 * Sets everything as it was exported: all of it or, with a ControlError that names what is at fault,
	 * nothing.
	 */
	import(saved: unknown): void {
		this.#controls.replace(cameraOf(saved));
	}

	/** Sets everything to the defaults, and forgets what was saved. */
	reset(): void {
		this.#controls.reset();
		this.cancel();
		this.#store.clear();
		if (this.#access !== undefined) this.save();
	}

	/** What `keepAccess` was given, in this run or before. */
	get access(): unknown {
		return this.#access;
	}

	/** Keeps who may do what beside the controls, at once; undefined keeps nothing. It is neither exported, nor imported, nor reset. */
	keepAccess(access: unknown): void {
		this.#access = access;
		this.cancel();
		this.save();
	}

	/** The controls that were saved, none where they cannot be used; beside them, `access` is taken. */
	private read(): Readonly<Record<string, unknown>> {
		try {
			const text = this.#store.read();
			if (text === undefined) return {};
			const saved = JSON.parse(text) as { readonly access?: unknown } | null;
			this.#access = saved?.access;
			return cameraOf(saved);
		} catch (error) {
			this.#log(`the saved settings cannot be used: ${(error as Error).message}`);
			return {};
		}
	}

	private restore(camera: Readonly<Record<string, unknown>>, fixed: readonly string[]): void {
		Object.keys(camera)
			.filter((name) => !fixed.includes(name))
			.forEach((name) => {
				try {
					this.#controls.apply({ [name]: camera[name] });
				} catch (error) {
					this.#log(`a saved setting is left out: ${(error as Error).message}`);
				}
			});
	}

	private schedule(): void {
		if (this.#timer) Timer.clear(this.#timer);
		this.#timer = Timer.set(() => this.save(), WRITE_DELAY_MS);
		// Changes that never pause are saved all the same.
		this.#latest ??= Timer.set(() => this.save(), MAX_WRITE_DELAY_MS);
	}

	private cancel(): void {
		if (this.#timer) Timer.clear(this.#timer);
		if (this.#latest) Timer.clear(this.#latest);
		this.#timer = this.#latest = undefined;
	}

	private save(): void {
		this.cancel();
		try {
			this.#store.write(JSON.stringify({ ...this.export(), access: this.#access }));
		} catch (error) {
			// Full flash, or a camera that restarts: once more, since what was set would be lost.
			this.#log(`the settings are not saved yet: ${(error as Error).message}`);
			this.schedule();
		}
	}
}

function cameraOf(saved: unknown): Readonly<Record<string, unknown>> {
	const { version, camera } = (typeof saved === "object" && saved !== null ? saved : {}) as Partial<Saved>;
	if (version !== 1) throw new ControlError("version", "is 1");
	if (typeof camera !== "object" || camera === null || Array.isArray(camera))
		throw new ControlError("camera", "is an object: controls by name");
	return camera;
}
