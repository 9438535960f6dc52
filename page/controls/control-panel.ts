import type { Described } from "../../src/controls/controls.ts";
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
	/** What the device says. What it refused goes back to this, and so does all when nothing is under way any more. */
	#values: Values = {};
	/** How often it was told. */
	#told = 0;

	/** @param onError Told of what concerns no single control; "" when that is over. */
	constructor(element: HTMLElement, onError: (text: string) => void) {
		this.#element = element;
		this.#changes = new ChangeQueue({
			send: async (changes) => {
				const before = this.#told;
				await changeControls(changes);
				onError("");
				// Events tell in which order changes came to the device, whoever made them. Where none has come yet, this was one.
				if (this.#told === before) this.#values = { ...this.#values, ...changes };
			},
			blame: (error) => (error as ApiError).field,
			onRefused: (names, error) => {
				const { message, field } = error as ApiError;
				this.#update();
				const guilty = this.#rows.find(({ name }) => names.includes(name) && name === field);
				if (guilty) guilty.error = message;
				else onError(message);
			},
			onIdle: () => this.#update(),
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
			if (value !== undefined) values[name] = value;
		}
		this.told(values);
	}

	/** The device says what its controls are set to. */
	told(values: Values): void {
		this.#told++;
		this.#values = values;
		this.#update();
	}

	/** Those that the user is changing stay as they are. */
	#update(): void {
		for (const row of this.#rows) {
			if (!this.#changes.pending(row.name) && row.value !== this.#values[row.name])
				row.value = this.#values[row.name];
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
		this.#element.replaceChildren(
			...[...groups].map(([group, rows]) =>
				create("fieldset", {}, create("legend", {}, capitalized(group)), ...rows.map(({ element }) => element)),
			),
		);
	}
}

function capitalized(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
