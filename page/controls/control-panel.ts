import type { Described } from "../../src/controls/controls.ts";
import { ApiError, changeControls } from "../connection/api.ts";
import { ChangeQueue, type Values } from "./change-queue.ts";
import { ControlRow } from "./control-row.ts";
import { Group } from "./group.ts";
import { Presets } from "../presets/presets.ts";

/** Controls that have no effect while another one is on. */
const AUTOMATIC: Readonly<Record<string, string>> = { exposure: "autoExposure", gain: "autoGain" };

/** The camera's controls, drawn in groups from its description. Changes apply at once. */
export class ControlPanel {
	readonly #element: HTMLElement;
	readonly #changes: ChangeQueue;
	readonly #presets = new Presets((values) => this.choose(values));
	readonly #onValues: (values: Values) => void;
	#rows: ControlRow[] = [];
	#groups: readonly Group[] = [];
	#shape = "";
	#locked = false;
	/** The device's values. A refused control returns to its value here, and so do all when no request is running. */
	#values: Values = {};
	/** How often the device has sent its values. */
	#told = 0;

	/** @param onValues Called with the values as they are shown, those of unconfirmed changes included. */
	constructor(element: HTMLElement, onValues: (values: Values) => void) {
		this.#element = element;
		this.#onValues = onValues;
		this.#changes = new ChangeQueue({
			send: async (changes) => {
				const before = this.#told;
				await changeControls(changes);
				// Events show the order in which the device received changes, from any client. If none has come yet,
				// this change counts as one.
				if (this.#told === before) this.#values = { ...this.#values, ...changes };
			},
			blame: (error) => (error as ApiError).field,
			onRefused: (names, error) => {
				const { message } = error as ApiError;
				this.#update();
				for (const row of this.#rows) if (names.includes(row.name)) row.error = message;
				this.#presets.refused(names, message);
			},
			onIdle: () => this.#update(),
		});
	}

	/**
	 * Draws the controls. If they are drawn already, updates only their values, so that the focus stays where it is.
	 */
	show(sensor: string, controls: readonly Described[]): void {
		const shape = JSON.stringify([sensor, controls.map(({ value, ...fixed }) => fixed)]);
		if (shape !== this.#shape) {
			this.#shape = shape;
			this.#draw(sensor, controls);
		}
		const values: Record<string, Values[string]> = {};
		for (const { name, value } of controls) {
			if (value !== undefined) values[name] = value;
		}
		this.told(values);
	}

	/** Takes the values that the device reports. */
	told(values: Values): void {
		this.#told++;
		this.#values = values;
		this.#update();
	}

	/** Has the user change nothing, or lets the user do so again. */
	set locked(locked: boolean) {
		this.#locked = locked;
		for (const group of this.#groups) group.locked = locked;
		this.#presets.locked = locked;
	}

	/** Shows the values at once, as if the user had set each control, and sends them. */
	choose(values: Values): void {
		for (const row of this.#rows) if (row.name in values) row.value = values[row.name];
		this.#changes.set(values);
		this.#update();
	}

	/** Updates the rows, except those that the user is changing. */
	#update(): void {
		for (const row of this.#rows) {
			const pending = (row.pending = this.#changes.pending(row.name));
			if (!pending && row.value !== this.#values[row.name]) row.value = this.#values[row.name];
		}
		const values = new Map(this.#rows.map(({ name, value }) => [name, value]));
		for (const row of this.#rows) row.automatic = values.get(AUTOMATIC[row.name]) === true;
		const shown = { ...this.#values, ...Object.fromEntries(values) } as Values;
		this.#presets.show(shown);
		this.#onValues(shown);
	}

	#draw(sensor: string, controls: readonly Described[]): void {
		const groups = new Map<string, ControlRow[]>();
		for (const control of controls) {
			const rows = groups.get(control.group) ?? [];
			groups.set(control.group, rows);
			rows.push(
				new ControlRow(control, (value) => {
					this.#changes.set({ [control.name]: value });
					this.#update();
				}),
			);
		}
		this.#rows = [...groups.values()].flat();
		this.#groups = [...groups].map(
			([name, members]) =>
				new Group(
					name,
					members.map(({ element }) => element),
				),
		);
		this.#presets.draw(sensor, controls);
		this.locked = this.#locked;
		this.#element.replaceChildren(...this.#groups.map(({ element }) => element));
	}
}
