import type { Described } from "../../src/controls/controls.ts";
import { byId, create } from "../dom.ts";
import type { Value, Values } from "./change-queue.ts";

/** What a preset sets a control to. A function makes the value of what the sensor has. */
type Choice = Value | ((control: Described) => Value | undefined);

const most = (control: Described): Value | undefined =>
	control.type === "integer"
		? control.maximum
		: control.type === "string"
			? control.options.at(-1)!.value
			: undefined;

/**
 * For little light: the sensor exposes for longer, which makes fewer pictures a second, and amplifies more, which makes noise.
 * By day, the same controls have their defaults.
 */
const NIGHT: Readonly<Record<string, Choice>> = {
	autoExposure: true,
	nightMode: true,
	exposureDsp: true,
	exposureLevel: most,
	autoGain: true,
	gainCeiling: most,
};

interface Preset {
	readonly name: string;
	readonly values: Values;
	readonly button: HTMLButtonElement;
}

/** Returns a preset's values for the controls that the sensor has. */
function valuesOf(controls: readonly Described[], choose: (control: Described) => Value | undefined): Values {
	const values: Record<string, Value> = {};
	for (const control of controls) {
		const value = control.name in NIGHT ? choose(control) : undefined;
		if (value !== undefined) values[control.name] = value;
	}
	return values;
}

/** Buttons that set several controls at once: for the day, and for the night. */
export class Presets {
	readonly #element = byId("presets", HTMLElement);
	readonly #onChosen: (values: Values) => void;
	#presets: readonly Preset[] = [];

	constructor(onChosen: (values: Values) => void) {
		this.#onChosen = onChosen;
	}

	/** Draws the presets that these controls make possible. */
	draw(controls: readonly Described[]): void {
		const make = (name: string, values: Values): Preset => {
			const button = create("button", { type: "button" }, name);
			button.addEventListener("click", () => this.#onChosen(values));
			return { name, values, button };
		};
		this.#presets = [
			make(
				"Day",
				valuesOf(controls, (control) => control.default),
			),
			make(
				"Night",
				valuesOf(controls, (control) => {
					const choice = NIGHT[control.name];
					return typeof choice === "function" ? choice(control) : choice;
				}),
			),
		].filter(({ values }) => Object.keys(values).length > 0);
		this.#element.replaceChildren(
			create("span", { className: "hint" }, "Light"),
			...this.#presets.map(({ button }) => button),
		);
		this.#element.hidden = this.#presets.length === 0;
	}

	/** Marks the preset whose values the controls have. */
	show(values: Values): void {
		for (const { button, values: wanted } of this.#presets) {
			const chosen = Object.entries(wanted).every(([name, value]) => values[name] === value);
			button.classList.toggle("on", chosen);
			button.ariaPressed = String(chosen);
		}
	}

	set locked(locked: boolean) {
		for (const { button } of this.#presets) button.disabled = locked;
	}
}
