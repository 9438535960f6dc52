import type { Described } from "../../src/controls/controls.ts";
import { byId, create } from "../dom.ts";
import type { Values } from "../controls/change-queue.ts";
import { keptPresets, onKeptPresets } from "./kept-presets.ts";
import { lightPresets } from "./light.ts";
import { changeOf, fittingValues, type Preset } from "./preset.ts";
import { SaveForm } from "./save-form.ts";

/** A button that sends a change, and is marked while the controls have its values. */
interface Choice {
	readonly change: Values;
	readonly button: HTMLButtonElement;
	/** Whether the sensor has at least one of its controls. */
	readonly possible: boolean;
}

/** Buttons that set several controls at once: for the day and for the night, and those of one's own. */
export class Presets {
	readonly #element = byId("presets", HTMLElement);
	readonly #light = byId("light", HTMLElement);
	readonly #own = byId("own-presets", HTMLElement);
	readonly #error = byId("preset-error", HTMLElement);
	readonly #form = new SaveForm();
	readonly #onChosen: (values: Values) => void;
	#sensor = "";
	#controls: readonly Described[] = [];
	#values: Values = {};
	#locked = false;
	#lightChoices: readonly Choice[] = [];
	#ownChoices: readonly Choice[] = [];
	/** What was chosen last. */
	#chosen: Values = {};

	constructor(onChosen: (values: Values) => void) {
		this.#onChosen = onChosen;
		onKeptPresets(() => this.#drawOwn());
	}

	/** Draws the presets that these controls make possible. */
	draw(sensor: string, controls: readonly Described[]): void {
		this.#sensor = sensor;
		this.#controls = controls;
		this.#lightChoices = Object.entries(lightPresets(controls))
			.filter(([, change]) => Object.keys(change).length > 0)
			.map(([name, change]) => this.#choice(change, true, name));
		this.#light.replaceChildren(
			create("span", { className: "hint" }, "Light"),
			...this.#lightChoices.map(({ button }) => button),
		);
		this.#light.hidden = this.#lightChoices.length === 0;
		this.#drawOwn();
		this.#element.hidden = false;
	}

	/** Marks the presets whose values the controls have. */
	show(values: Values): void {
		this.#values = values;
		for (const { button, change, possible } of [...this.#lightChoices, ...this.#ownChoices]) {
			const on = possible && Object.entries(change).every(([name, value]) => values[name] === value);
			button.classList.toggle("on", on);
			button.ariaPressed = String(on);
			button.disabled = this.#locked || !possible;
		}
		this.#form.show(this.#sensor, this.#controls, values);
	}

	set locked(locked: boolean) {
		this.#locked = locked;
		this.#form.locked = locked;
		this.show(this.#values);
	}

	/** Says beside the buttons what the device refused, if a preset set it: its control may be in a group that is folded. */
	refused(names: readonly string[], message: string): void {
		if (names.some((name) => name in this.#chosen)) this.#error.textContent = message;
	}

	#drawOwn(): void {
		const presets = keptPresets();
		this.#ownChoices = presets.map((preset) => {
			const fitting = Object.keys(fittingValues(preset, this.#controls)).length,
				note = this.#note(preset, fitting);
			return this.#choice(
				changeOf(preset, presets, this.#controls),
				fitting > 0,
				create("span", {}, preset.name),
				...(note === "" ? [] : [" ", create("small", {}, note)]),
			);
		});
		this.#own.replaceChildren(
			create("span", { className: "hint" }, "Yours"),
			create("div", {}, ...this.#ownChoices.map(({ button }) => button)),
		);
		this.#own.hidden = byId("manage-presets", HTMLElement).hidden = presets.length === 0;
		this.show(this.#values);
	}

	/** Says of a preset from another camera whose it is, and how much of it this one has. */
	#note({ sensor, values }: Preset, fitting: number): string {
		const all = Object.keys(values).length,
			from = sensor === this.#sensor ? "" : `for ${sensor}`,
			part = fitting === all ? "" : fitting === 0 ? "no control fits" : `${fitting} of ${all} controls fit`;
		return from && part ? `${from}: ${part}` : from || part;
	}

	#choice(change: Values, possible: boolean, ...content: (Node | string)[]): Choice {
		const button = create("button", { type: "button" }, ...content);
		button.addEventListener("click", () => {
			this.#chosen = change;
			this.#error.textContent = "";
			this.#form.say("");
			this.#onChosen(change);
		});
		return { change, button, possible };
	}
}
