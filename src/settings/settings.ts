import Timer from "timer";
import { ControlError } from "../controls/control-error.ts";
import type { ControlValue } from "../controls/control.ts";
import type { Controls } from "../controls/controls.ts";
import { cameraName } from "./camera-name.ts";
import type { Store } from "./store.ts";

/** Milliseconds before a change is written. Flash wears, and dragging a slider makes many changes. */
const WRITE_DELAY_MS = 2_000;
/** Milliseconds until it is written although further changes follow. */
const MAX_WRITE_DELAY_MS = 10_000;
/** Changes that are written at once before further ones wait: passwords must not be lost, but anybody may send them to an open device. */
const MAX_BURST = 8;
/** Milliseconds after which one more is written at once. */
const BURST_RECOVERY_MS = 10_000;

/** The format of export and import. */
export interface Saved {
	/** Version of this format. */
	readonly version: 1;
	/** What people call the camera. */
	readonly name?: string | undefined;
	/** The controls that are not at their defaults, by name. */
	readonly camera: Readonly<Record<string, ControlValue>>;
}

export interface SettingsOptions {
	readonly controls: Controls;
	readonly store: Store;
	/** Controls that were set for this run, and that are not restored. */
	readonly fixed?: readonly string[];
	/**
	 * Whether to restore the saved controls. Default: true. Passwords are always restored: a crash must not open a
	 * locked device.
	 */
	readonly restore?: boolean;
	/** Receives a line of text without its line end. */
	log(line: string): void;
	/** Called with the camera's name at the start if it has one, and whenever the name changes. */
	onName?(name: string | undefined): void;
}

/**
 * Keeps the controls across restarts. A saved setting that is no longer possible, for example because another sensor
 * was fitted, is reported and skipped: a camera with the rest of its settings is better than none.
 */
export class Settings {
	readonly #controls: Controls;
	readonly #store: Store;
	readonly #log: (line: string) => void;
	readonly #onName: ((name: string | undefined) => void) | undefined;
	#name: string | undefined;
	#timer: Timer | undefined;
	#latest: Timer | undefined;
	#access: unknown;
	/** Changes that may still be written at once, as of #counted. */
	#burst = MAX_BURST;
	#counted = 0;

	constructor({ controls, store, fixed = [], restore = true, log, onName }: SettingsOptions) {
		this.#controls = controls;
		this.#store = store;
		this.#log = log;
		this.#onName = onName;
		const camera = this.read();
		if (this.#name !== undefined) onName?.(this.#name);
		if (restore) this.restore(camera, fixed);
		controls.onChange(() => this.schedule());
	}

	/** Returns what there is to save. Throws while the camera restarts. */
	export(): Saved {
		return { version: 1, name: this.#name, camera: this.#controls.changed() };
	}

	/** Names of the members of an export, at any depth. */
	get names(): string[] {
		return ["version", "name", "camera"].concat(this.#controls.names);
	}

	/** Makes the error for a name that no control has. */
	unknown(name: string): ControlError {
		return this.#controls.unknown(name);
	}

	/**
	 * Sets everything to an exported state: all of it or nothing. Calls `done` as `Controls.begin` does, with a ControlError if
	 * a member is wrong.
	 */
	import(saved: unknown, done: (error?: Error) => void): void {
		let camera: Readonly<Record<string, unknown>>, name: string | undefined;
		try {
			camera = cameraOf(saved);
			name = cameraName((saved as { readonly name?: unknown }).name);
		} catch (error) {
			return done(error as Error);
		}
		this.#controls.replace(camera, (error) => {
			if (!error) this.name = name;
			done(error);
		});
	}

	/** What people call the camera; undefined if it has no name. */
	get name(): string | undefined {
		return this.#name;
	}

	/** Throws a ControlError if the value is neither a name nor undefined or null, which removes the name. */
	set name(value: unknown) {
		const name = cameraName(value);
		if (name === this.#name) return;
		this.#name = name;
		this.schedule();
		this.#onName?.(name);
	}

	/** Sets everything to the defaults, and clears the saved settings. Calls `done` as `Controls.begin` does. */
	reset(done: (error?: Error) => void): void {
		this.#controls.replace({}, (error) => {
			if (!error) {
				this.name = undefined;
				this.saveSoon();
			}
			done(error);
		});
	}

	/** The last argument of `keepAccess`, in this run or before. */
	get access(): unknown {
		return this.#access;
	}

	/**
	 * Saves access rules along with the controls, at once if that has not happened too often; undefined removes them. They are
	 * not exported, imported or reset.
	 */
	keepAccess(access: unknown): void {
		this.#access = access;
		this.saveSoon();
	}

	/** Returns the saved controls, or none if they cannot be used. Also sets `access` and the name. */
	private read(): Readonly<Record<string, unknown>> {
		try {
			const text = this.#store.read();
			if (text === undefined) return {};
			const saved = JSON.parse(text) as { readonly access?: unknown; readonly name?: unknown } | null;
			this.#access = saved?.access;
			this.#name = cameraName(saved?.name);
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
					this.#controls.restore(name, camera[name]);
				} catch (error) {
					this.#log(`skipped a saved setting: ${(error as Error).message}`);
				}
			});
	}

	/** Returns the stored text, or "" if it cannot be read. */
	private stored(): string | undefined {
		try {
			return this.#store.read();
		} catch {
			return "";
		}
	}

	/** Saves what waits to be saved, before a restart. */
	flush(): void {
		if (this.#timer) this.save();
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

	/** Saves at once, or after a delay if that has happened often. */
	private saveSoon(): void {
		const now = Date.now(),
			passed = now - this.#counted;
		// A clock that was set back must not make anybody wait.
		this.#burst = passed < 0 ? MAX_BURST : Math.min(MAX_BURST, this.#burst + passed / BURST_RECOVERY_MS);
		this.#counted = now;
		if (this.#burst < 1) return this.schedule();
		this.#burst--;
		this.save();
	}

	private save(): void {
		this.cancel();
		try {
			const saved = this.export(),
				isEmpty =
					this.#access === undefined && this.#name === undefined && Object.keys(saved.camera).length === 0,
				text = isEmpty ? undefined : JSON.stringify({ ...saved, access: this.#access });
			// Reading does not wear flash.
			if (text === this.stored()) return;
			if (text === undefined) this.#store.clear();
			else this.#store.write(text);
		} catch (error) {
			// The flash is full, or the camera restarts. Try again, because the change would be lost.
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
