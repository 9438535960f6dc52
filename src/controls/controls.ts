import type { Camera } from "../camera/camera.ts";
import {
	type Choice,
	type Control,
	type ControlValue,
	type FurtherControls,
	memberOf,
	numberOf,
	type Range,
	type Switch,
	valueOf,
} from "./control.ts";
import { ControlError } from "./control-error.ts";
import { controlsOf } from "./sensors.ts";

/** A control with its current value and its default. */
export type Described = (Omit<Switch, "json"> | Omit<Range, "json"> | Omit<Choice, "json">) & {
	readonly value: ControlValue | undefined;
	readonly default: ControlValue | undefined;
};

export type Changes = Readonly<Record<string, ControlValue>>;

interface Step {
	readonly control: Control;
	readonly number: number;
}

/**
 * The settings of a camera, under names for people and programs. It has the controls of the camera's sensor, checks
 * values before it sets them, and applies either all changes or none.
 *
 * @example
 * const controls = new Controls(camera);
 * await controls.apply({ frameSize: "VGA", mirror: true });
 */
export class Controls {
	readonly #camera: Camera;
	readonly #further: FurtherControls | undefined;
	readonly #controls: readonly Control[];
	/** The driver's numbers before any change. */
	readonly #defaults: readonly (number | undefined)[];
	readonly #listeners: ((changes: Changes) => void)[] = [];

	constructor(camera: Camera, further?: FurtherControls) {
		this.#camera = camera;
		this.#further = further;
		this.#controls = controlsOf(camera.sensor.name, camera.sensor.maxFrameSize ?? "UXGA").concat(
			further?.controls ?? [],
		);
		this.#defaults = this.#controls.map(({ field }) => this.number(field));
	}

	/** Calls the listener with the changes after each change. Returns a function that removes it. */
	onChange(listener: (changes: Changes) => void): () => void {
		this.#listeners.push(listener);
		return () => {
			const index = this.#listeners.indexOf(listener);
			if (index >= 0) this.#listeners.splice(index, 1);
		};
	}

	/**
	 * Returns every control in a sensible order, each as the JSON of a `Described`. As values they would take 700 slots. Throws while
	 * the camera restarts.
	 */
	describe(): string[] {
		return this.#controls.map((control, index) =>
			control.json.concat(
				memberOf("value", control, this.number(control.field)),
				memberOf("default", control, this.#defaults[index]),
				"}",
			),
		);
	}

	/** Returns the values of all controls by name. Throws while the camera restarts. */
	values(): Record<string, ControlValue> {
		return this.readAll(this.#controls);
	}

	/** Returns the values to keep across restarts: those that differ from the defaults, by name. Throws while the camera restarts. */
	changed(): Record<string, ControlValue> {
		const values: Record<string, ControlValue> = {};
		this.#controls.forEach((control, index) => {
			const number = this.number(control.field);
			const value =
				number === undefined || number === this.#defaults[index] || control.temporary
					? undefined
					: valueOf(control, number);
			if (value !== undefined) values[control.name] = value;
		});
		return values;
	}

	/** Names of all controls. */
	get names(): string[] {
		return this.#controls.map(({ name }) => name);
	}

	/** Makes the error for a name that no control has. */
	unknown(name: string): ControlError {
		return new ControlError(name, `is not a control of the ${this.#camera.sensor.name}`);
	}

	/** Finds a control by its name in `camera_status_t`, which CameraWebServer's clients use. */
	byField(field: string): Control | undefined {
		return this.#controls.find((control) => control.field === field);
	}

	/**
	 * Sets controls to values, by name: all of them, or none. Rejects with a ControlError that names the one at fault, and
	 * with an Error while the camera restarts or if its bus is stuck. Changes wait for each other.
	 *
	 * @param read Called as soon as the controls are set, before another change begins. The promise resolves to what it
	 * returns.
	 */
	apply(changes: Readonly<Record<string, unknown>>): Promise<void>;
	apply<T>(changes: Readonly<Record<string, unknown>>, read: () => T): Promise<T>;
	apply<T>(changes: Readonly<Record<string, unknown>>, read?: () => T): Promise<T | undefined> {
		return new Promise((resolve, reject) =>
			this.begin(changes, (error) => (error ? reject(error) : resolve(read?.()))),
		);
	}

	/**
	 * Does the same as `apply` without a promise. Throws nothing: it calls `done` once, with the error if there is one, and at
	 * once if the change takes a few milliseconds.
	 *
	 * @param others Whether to set every other control back to its default.
	 */
	begin(changes: Readonly<Record<string, unknown>>, done: (error?: Error) => void, others = false): void {
		let steps: readonly Step[];
		try {
			steps = this.checkAll(changes);
		} catch (error) {
			return done(error as Error);
		}
		this.change(() => (others ? this.missing(steps) : steps), done);
	}

	/** Sets every control back to its default. Does the rest as `apply` does. */
	reset(): Promise<void>;
	reset<T>(read: () => T): Promise<T>;
	reset<T>(read?: () => T): Promise<T | undefined> {
		return new Promise((resolve, reject) =>
			this.replace({}, (error) => (error ? reject(error) : resolve(read?.()))),
		);
	}

	/** Does the same as `begin`, and sets every other control back to its default. */
	replace(changes: Readonly<Record<string, unknown>>, done: (error?: Error) => void): void {
		this.begin(changes, done, true);
	}

	/**
	 * Sets one control, and waits for the sensor, which stops the device: for its start. Throws the errors of `apply`, and
	 * calls no listener.
	 */
	restore(name: string, value: unknown): void {
		const { control, number } = this.check(name, value);
		if (!this.setNumber(control.field, number)) throw this.refused(control);
	}

	/** Returns what remains to be done until a state with these values, and the defaults of others, is reached. */
	private missing(steps: readonly Step[]): readonly Step[] {
		const wanted = new Map<Control, number>();
		this.#controls.forEach((control, index) => {
			const number = this.#defaults[index];
			if (number !== undefined) wanted.set(control, number);
		});
		steps.forEach(({ control, number }) => wanted.set(control, number));
		const missing: Step[] = [];
		wanted.forEach((number, control) => {
			if (this.number(control.field) !== number) missing.push({ control, number });
		});
		return missing;
	}

	private number(field: string): number | undefined {
		return this.#further?.get(field) ?? this.#camera.get(field);
	}

	private setNumber(field: string, number: number): boolean {
		return this.#further?.set(field, number) ?? this.#camera.set(field, number);
	}

	private read(control: Control): ControlValue | undefined {
		const number = this.number(control.field);
		return number === undefined ? undefined : valueOf(control, number);
	}

	private readAll(controls: readonly Control[]): Record<string, ControlValue> {
		const values: Record<string, ControlValue> = {};
		controls.forEach((control) => {
			const value = this.read(control);
			if (value !== undefined) values[control.name] = value;
		});
		return values;
	}

	private check(name: string, value: unknown): Step {
		const control = this.#controls.find((other) => other.name === name);
		if (!control) throw this.unknown(name);
		const number = numberOf(control, value);
		if (typeof number === "string") throw new ControlError(name, number);
		return { control, number };
	}

	private checkAll(changes: Readonly<Record<string, unknown>>): readonly Step[] {
		return Object.keys(changes).map((name) => this.check(name, changes[name]));
	}

	private refused({ name }: Control): ControlError {
		return new ControlError(name, `is refused by the ${this.#camera.sensor.name}`);
	}

	private change(plan: () => readonly Step[], done: (error?: Error) => void): void {
		let steps: readonly Step[];
		this.#camera.change(
			() => {
				steps = plan();
				// The limit of the frame rate is the camera's own, and could be set although the answer says that the camera restarts.
				this.#camera.get("framesize");
				return steps
					.filter(({ control }) => this.#further?.get(control.field) === undefined)
					.map(({ control, number }) => [control.field, number]);
			},
			(error, refused) => {
				if (error) return done(error);
				if (refused !== undefined) return done(this.refused(this.byField(refused)!));
				try {
					steps.forEach(({ control, number }) => this.#further?.set(control.field, number));
					if (steps.length) this.tell(steps);
					done();
				} catch (fault) {
					done(fault as Error);
				}
			},
		);
	}

	private tell(steps: readonly Step[]): void {
		const changes = this.readAll(steps.map(({ control }) => control));
		this.#listeners.slice().forEach((listener) => {
			try {
				listener(changes);
			} catch (error) {
				// The change has succeeded all the same. The log has a rejection without a handler, with its stack.
				void Promise.reject(error);
			}
		});
	}
}
