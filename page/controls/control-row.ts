import type { Described } from "../../src/controls/controls.ts";
import { byId, create } from "../dom.ts";
import type { Value } from "./change-queue.ts";
import { labelOf, textOf, type Words, wordsOf } from "./words.ts";

type Input = HTMLInputElement | HTMLSelectElement;

/** One control of the camera: its label, its input, its button for the default, and the error of a value. */
export class ControlRow {
	readonly element: HTMLElement;
	readonly name: string;
	readonly #control: Described;
	readonly #words: Words;
	readonly #input: Input;
	readonly #output = create("output");
	readonly #back: HTMLButtonElement;
	readonly #error: HTMLElement;
	#value: Value | undefined;

	constructor(control: Described, onChange: (value: Value) => void) {
		const { name } = control;
		const words = (this.#words = wordsOf(name)),
			{ ends } = words,
			label = labelOf(control),
			usual = textOf(control, control.default);
		const id = `control-${name}`;
		this.name = name;
		this.#control = control;
		this.#input = inputFor(control, words);
		this.#input.id = id;
		this.#input.setAttribute("aria-describedby", `${id}-error`);
		this.#output.htmlFor.add(id);
		this.#error = create("p", { id: `${id}-error`, className: "error", role: "alert" });
		this.#back = create(
			"button",
			{ type: "button", className: "back", title: `Back to the default: ${usual}` },
			byId("back-icon", HTMLTemplateElement).content.cloneNode(true),
		);
		this.#back.setAttribute("aria-label", `${label}: back to the default, ${usual}`);
		this.element = create(
			"div",
			{ className: `control ${control.type}` },
			create("label", { htmlFor: id }, label),
			this.#output,
			this.#input,
			...(ends ? [create("p", { className: "ends" }, ...ends.map((end) => create("span", {}, end)))] : []),
			this.#back,
			this.#error,
		);

		const change = (value: Value): void => {
			this.value = value;
			onChange(value);
		};
		this.#input.addEventListener("input", () => change(this.#read()));
		this.#back.addEventListener("click", () => {
			// The button is about to disappear.
			this.#input.focus();
			change(control.default!);
		});
		this.value = control.value;
	}

	get value(): Value | undefined {
		return this.#value;
	}

	set value(value: Value | undefined) {
		this.#value = value;
		this.error = "";
		const input = this.#input;
		input.disabled = value === undefined;
		if (input instanceof HTMLInputElement && input.type === "checkbox") input.checked = value === true;
		else if (value !== undefined)
			input.value = value === this.#words.last ? (input as HTMLInputElement).max : String(value);
		if (this.#control.type === "integer") {
			const text = (this.#output.value = textOf(this.#control, value));
			input.setAttribute("aria-valuetext", text);
		}
		this.#back.classList.toggle(
			"unused",
			value === undefined || this.#control.default === undefined || value === this.#control.default,
		);
	}

	/** Whether a change of it is not answered yet. */
	set pending(pending: boolean) {
		this.element.classList.toggle("pending", pending);
		this.#input.ariaBusy = String(pending);
	}

	/** Whether the camera chooses the value itself, so that this one has no effect now. */
	set automatic(automatic: boolean) {
		this.element.classList.toggle("automatic", automatic);
		this.#input.title = automatic ? "No effect while the camera chooses it automatically" : "";
	}

	set error(text: string) {
		this.#error.textContent = text;
		this.#input.setAttribute("aria-invalid", String(text !== ""));
	}

	#read(): Value {
		const { type } = this.#control;
		if (type === "boolean") return (this.#input as HTMLInputElement).checked;
		if (type === "string") return this.#input.value;
		const { value, max } = this.#input as HTMLInputElement;
		return value === max ? (this.#words.last ?? Number(value)) : Number(value);
	}
}

function inputFor(control: Described, { last }: Words): Input {
	switch (control.type) {
		case "boolean": {
			const input = create("input", { type: "checkbox" });
			input.setAttribute("role", "switch");
			return input;
		}
		case "integer":
			return create("input", {
				type: "range",
				// The special value moves from the left end to the right.
				min: String(last === undefined ? control.minimum : last + 1),
				max: String(last === undefined ? control.maximum : control.maximum + 1),
				step: String(control.step),
			});
		case "string":
			return create(
				"select",
				{},
				...control.options.map(({ value, label }) => create("option", { value }, label)),
			);
	}
}
