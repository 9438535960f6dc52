import type { Described } from "../../../src/controls/controls.ts";
import { ApiError, changeControls } from "../connection/api.ts";
import { create } from "../dom.ts";
import { ChangeQueue, type Values } from "./change-queue.ts";
import { ControlRow } from "./control-row.ts";

/** The camera's controls, drawn from its description, in groups; changed at once. */
export class ControlPanel {
	readonly #element: HTMLElement;
	readonly #changes: ChangeQueue;
	#rows: ControlRow[] = [];
	#shape = "";
	/** What the device says; what it refused goes back to this. */
	#values: Values = {};

	/** @param onError Told of what concerns no single control. */
	constructor(element: HTMLElement, onError: (text: string) => void) {
		this.#element = element;
		this.#changes = new ChangeQueue({
			send: async (changes) => this.show((await changeControls(changes)).controls),
			blame: (error) => (error as ApiError).field,
			onRefused: (names, error) => {
				const { message, field } = error as ApiError;
				this.update(this.#values);
				for (const row of this.#rows.filter(({ name }) => names.includes(name) && name === field))
					row.error = message;
				if (field === undefined)
					onError(message);
			},
		});
	}

	/** Draws the controls; where they are drawn already, only their values, so that the focus stays where it is. */
	show(controls: readonly Described[]): void {
		const shape = JSON.stringify(controls.map(({ value, ...fixed }) => fixed));
		if (shape !== this.#shape) {
			this.#shape = shape;
			this.#draw(controls);
		}
		const values: Record<string, Values[string]> = {};
		for (const { name, value } of controls) {
			if (value !== undefined)
				values[name] = value;
		}
		this.update(values);
	}

	/** Those that the user is changing stay as they are. */
	update(values: Values): void {
		this.#values = values;
		for (const row of this.#rows) {
			if (!this.#changes.pending(row.name) && row.value !== values[row.name])
				row.value = values[row.name];
		}
	}

	#draw(controls: readonly Described[]): void {
		const groups = new Map<string, ControlRow[]>();
		for (const control of controls) {
			const rows = groups.get(control.group) ?? [];
			groups.set(control.group, rows);
			rows.push(new ControlRow(control, (value) => this.#changes.set(control.name, value)));
		}
		this.#rows = [...groups.values()].flat();
		this.#element.replaceChildren(...[...groups].map(([group, rows]) =>
			create("fieldset", {}, create("legend", {}, capitalized(group)), ...rows.map(({ element }) => element))));
	}
}

function capitalized(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
