import type { Described } from "../../src/controls/controls.ts";
import { byId, setText } from "../dom.ts";
import type { Values } from "../controls/change-queue.ts";
import { labelOf, textOf } from "../controls/words.ts";
import { keepPresets, keptPreset, onKeptPresets } from "./kept-presets.ts";
import { presetName } from "./preset-file.ts";
import { FRAME_SIZE, valuesToKeep } from "./preset.ts";

const opener = byId("save-preset", HTMLButtonElement);
const form = byId("preset-form", HTMLFormElement);
const nameInput = byId("preset-name", HTMLInputElement);
const withSize = byId("preset-size", HTMLInputElement);
const saver = byId("keep-preset", HTMLButtonElement);
const error = byId("preset-error", HTMLElement);
const done = byId("preset-done", HTMLElement);

/** Opens the form below its button, with the name of a preset to replace if there is one. */
export function openSaveForm(name = ""): void {
	error.textContent = done.textContent = "";
	nameInput.value = name;
	withSize.checked = keptPreset(name) !== undefined && FRAME_SIZE in keptPreset(name)!.values;
	setOpen(true);
	// The form says what this name would do.
	nameInput.dispatchEvent(new Event("input", { bubbles: true }));
	nameInput.focus();
	form.scrollIntoView({ block: "nearest" });
}

function setOpen(open: boolean): void {
	form.hidden = !open;
	opener.ariaExpanded = String(open);
}

/** The form that makes a preset of the controls as they are. */
export class SaveForm {
	#sensor = "";
	#controls: readonly Described[] = [];
	#shown: Values = {};

	constructor() {
		opener.addEventListener("click", () => (form.hidden ? openSaveForm() : this.#close()));
		byId("cancel-preset", HTMLButtonElement).addEventListener("click", () => this.#close());
		form.addEventListener("keydown", ({ key }) => {
			if (key === "Escape") this.#close();
		});
		form.addEventListener("input", () => this.#update());
		onKeptPresets(() => this.#update());
		form.addEventListener("submit", (event) => {
			event.preventDefault();
			this.#save();
		});
	}

	/** Takes the controls, and their values as they are shown. */
	show(sensor: string, controls: readonly Described[], values: Values): void {
		this.#sensor = sensor;
		this.#controls = controls;
		this.#shown = values;
		this.#update();
	}

	set locked(locked: boolean) {
		opener.disabled = locked;
		if (locked) setOpen(false);
	}

	/** Says what was done. */
	say(text: string): void {
		done.textContent = text;
	}

	#values(): Values {
		return valuesToKeep(this.#controls, this.#shown, withSize.checked);
	}

	/** Says what the preset would have, and what its name would replace. */
	#update(): void {
		if (form.hidden) return;
		const values = this.#values(),
			kept = this.#controls.filter(({ name }) => name in values),
			size = this.#controls.find(({ name }) => name === FRAME_SIZE);
		setText(
			byId("preset-content", HTMLElement),
			kept.length === 0
				? "Every control is at its default, so there is nothing to save yet. Change one first."
				: `Saves in this browser what is not at its default: ${kept.map((control) => `${labelOf(control)} (${textOf(control, values[control.name])})`).join(", ")}.`,
		);
		setText(
			byId("preset-size-text", HTMLElement),
			`Frame size too${size ? `: ${textOf(size, this.#shown[FRAME_SIZE])}` : ""}`,
		);
		withSize.parentElement!.hidden = !size;
		saver.disabled = kept.length === 0;
		setText(saver, keptPreset(nameInput.value.trim()) ? "Replace preset" : "Save preset");
	}

	#save(): void {
		const name = presetName(nameInput.value),
			replaced = name !== undefined && keptPreset(name) !== undefined;
		error.textContent = "";
		try {
			if (name === undefined) throw new Error("a preset needs a name");
			const rest = keepPresets([{ name, sensor: this.#sensor, values: this.#values() }]);
			this.#close();
			this.say(`“${name}” is ${replaced ? "replaced" : "saved"}${rest}`);
		} catch (failed) {
			error.textContent = (failed as Error).message;
		}
	}

	/** Leads the keyboard back to where it came from. */
	#close(): void {
		error.textContent = "";
		setOpen(false);
		opener.focus();
	}
}
